package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// reportedExit is the exit code by which the SDK says that the user has already been told what failed.
const reportedExit = 32

// Run runs the program of a project in a node process of its own, which talks to the engine directly.
func (h *host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	command, err := h.program(request)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	command.Stdout, command.Stderr = plainWriter{os.Stdout}, plainWriter{os.Stderr}
	err = h.runNode(ctx, command)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case !errors.As(err, &exit):
		err = fmt.Errorf("Problem executing program (could not run language executor): %w", err)
	case exit.ExitCode() == reportedExit:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case exit.ExitCode() <= 0:
		err = fmt.Errorf("Program exited unexpectedly: %w", exit)
	default:
		err = fmt.Errorf("Program exited with non-zero exit code: %d", exit.ExitCode())
	}
	return &pulumirpc.RunResponse{Error: err.Error()}, nil
}

// program is the command line and environment that @pulumi/pulumi/cmd/run expects.
func (h *host) program(request *pulumirpc.RunRequest) (*exec.Cmd, error) {
	info := request.GetInfo()
	node, err := findNode(info.GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	module := os.Getenv("PULUMI_LANGUAGE_NODEJS_RUN_PATH")
	if module == "" {
		module = "@pulumi/pulumi/cmd/run"
	}
	path, err := locateModule(node, module, info.GetProgramDirectory(), "pulumi install")
	if err != nil {
		return nil, err
	}
	options, err := parseOptions(info)
	if err != nil {
		return nil, err
	}
	settings, err := configEnvironment(request)
	if err != nil {
		return nil, err
	}
	arguments := append(options.nodeArgs, path)
	for _, pair := range [][2]string{
		{"monitor", request.GetMonitorAddress()},
		{"engine", h.engineAddress},
		{"organization", request.GetOrganization()},
		{"project", request.GetProject()},
		{"root-directory", info.GetRootDirectory()},
		{"stack", request.GetStack()},
		{"pwd", info.GetProgramDirectory()},
		{"parallel", strconv.Itoa(int(request.GetParallel()))},
		{"tracing", h.tracing},
	} {
		if pair[1] != "" {
			arguments = append(arguments, "--"+pair[0], pair[1])
		}
	}
	if request.GetDryRun() {
		arguments = append(arguments, "--dry-run")
	}
	arguments = append(arguments, info.GetEntryPoint())
	command := exec.Command(node, append(arguments, request.GetArgs()...)...)
	command.Env = append(append(os.Environ(), settings...), options.environment...)
	return command, nil
}

// configEnvironment hands the stack's configuration over: a JSON object of strings, whose typed values
// the SDK parses again, and the list of the keys that are secret.
func configEnvironment(request *pulumirpc.RunRequest) ([]string, error) {
	values := map[string]string{}
	for key, value := range request.GetConfig() {
		parsed, err := config.ParseKey(key)
		if err != nil {
			return nil, fmt.Errorf("failed to serialize configuration: %w", err)
		}
		values[parsed.Namespace()+":config:"+parsed.Name()] = value
	}
	secrets := request.GetConfigSecretKeys()
	if secrets == nil {
		secrets = []string{}
	}
	valueText, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	secretText, err := json.Marshal(secrets)
	return []string{
		"PULUMI_CONFIG=" + string(valueText),
		"PULUMI_CONFIG_SECRET_KEYS=" + string(secretText),
	}, err
}
