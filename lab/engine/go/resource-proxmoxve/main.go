// Command pulumi-resource-proxmoxve serves the Terraform provider bpg/proxmox as the Pulumi package
// `proxmoxve`, with the tokens of the npm SDK @muhlba91/pulumi-proxmoxve.
//
// `pulumi-resource-proxmoxve generate DIR` writes schema.json and bridge-metadata.json into DIR;
// as a plugin it reads both from the directory of its own executable.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "generate" {
		generate(os.Args[2])
		return
	}
	dir, err := ownDirectory()
	exitOn(err)
	metadata, err := os.ReadFile(filepath.Join(dir, "bridge-metadata.json"))
	exitOn(err)
	schema, err := os.ReadFile(filepath.Join(dir, "schema.json"))
	exitOn(err)
	tfbridge.MainWithMuxer(context.Background(), pulumiPackage, provider(metadata), schema)
}

// generate runs the bridge's generator in place, as if it had been called on its own command line.
func generate(dir string) {
	os.Args = []string{os.Args[0], "schema", "--out", dir, "--skip-docs", "--skip-examples"}
	exitOn(os.Setenv("PULUMI_CONVERT", "0"))
	tfgen.MainWithMuxer(pulumiPackage, provider([]byte("{}")))
}

func ownDirectory() (string, error) {
	executable, err := os.Executable()
	if err != nil {
		return "", err
	}
	resolved, err := filepath.EvalSymlinks(executable)
	return filepath.Dir(resolved), err
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-proxmoxve:", err)
		os.Exit(1)
	}
}
