package main

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// InstallDependencies runs npm where the program or plugin lies, without its development packages if
// the project's option `production` says so.
func (h *host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, server pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	info := request.GetInfo()
	production, err := option(info.GetOptions().AsMap(), "production", false, "production option must be a boolean")
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(server, request.GetIsTerminal())
	if err != nil {
		return err
	}
	defer closer.Close()

	fmt.Fprint(stdout, "Installing dependencies...\n\n")
	arguments := []string{"install", "--loglevel=error"}
	if production || request.GetIsPlugin() {
		arguments = append(arguments, "--omit=dev")
	}
	command := exec.Command("npm", arguments...)
	command.Dir = info.GetProgramDirectory()
	command.Env = os.Environ()
	command.Stdout, command.Stderr = stdout, stderr
	if err := h.runNode(server.Context(), command); err != nil {
		return fmt.Errorf("npm install failed: %w", err)
	}
	fmt.Fprint(stdout, "Finished installing dependencies\n\n")
	return closer.Close()
}
