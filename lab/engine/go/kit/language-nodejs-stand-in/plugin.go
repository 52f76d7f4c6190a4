package main

import (
	"errors"
	"fmt"
	"os/exec"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// RunPlugin runs a plugin written in TypeScript (a package of components) and streams what it prints;
// its first line on stdout is the port that the engine then dials.
func (h *host) RunPlugin(
	request *pulumirpc.RunPluginRequest, server pulumirpc.LanguageRuntime_RunPluginServer,
) error {
	if request.GetKind() == "analyzer" {
		return errors.New("policy packs are not supported by this offline stand-in of the Node language host; " +
			"install the official pulumi-language-nodejs")
	}
	info := request.GetInfo()
	node, err := findNode(info.GetProgramDirectory())
	if err != nil {
		return err
	}
	options, err := parseOptions(info)
	if err != nil {
		return err
	}
	install := "npm install in " + info.GetProgramDirectory()
	path, err := locateModule(node, "@pulumi/pulumi/cmd/run-plugin", info.GetProgramDirectory(), install)
	if err != nil {
		return err
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(server, false)
	if err != nil {
		return err
	}
	defer closer.Close()

	arguments := append(append(options.nodeArgs, path, info.GetProgramDirectory()), request.GetArgs()...)
	command := exec.Command(node, arguments...)
	command.Dir = request.GetPwd()
	command.Env = append(request.GetEnv(), options.environment...)
	command.Stdout, command.Stderr = stdout, stderr
	err = h.runNode(server.Context(), command)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("Program exited with non-zero exit code: %d", exit.ExitCode())
	}
	if err != nil {
		return fmt.Errorf("Problem executing plugin program (could not run language executor): %w", err)
	}
	return closer.Close()
}
