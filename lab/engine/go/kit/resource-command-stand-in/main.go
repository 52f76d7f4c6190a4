// Command resource-command-stand-in is installed as pulumi-resource-command where the official plugin
// cannot be had. It behaves as version 1.2.1 of it does, and knows the resources this project uses.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"

	"proxmox-router/lab/engine/go/kit/resource-command-stand-in/local"
	"proxmox-router/lab/engine/go/kit/resource-command-stand-in/remote"
)

// version is the version of the npm SDK this plugin answers for; the build sets it.
var version = "1.2.1"

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Printf("%s (offline stand-in, built by proxmox-router)\n", version)
		return
	}
	if err := p.RunProvider(context.Background(), "command", version, provider()); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-command:", err)
		os.Exit(1)
	}
}

func provider() p.Provider {
	return infer.Provider(infer.Options{
		Metadata: schema.Metadata{
			DisplayName: "Command",
			Description: "An offline stand-in for the Pulumi Command provider.",
		},
		Resources: []infer.InferredResource{
			infer.Resource(&local.Command{}),
			infer.Resource(&remote.Command{}),
			infer.Resource(&remote.CopyToRemote{}),
		},
	})
}
