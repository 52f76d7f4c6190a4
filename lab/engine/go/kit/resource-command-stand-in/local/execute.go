package local

import (
	"context"
	"os"
	"os/exec"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"proxmox-router/lab/engine/go/kit/resource-command-stand-in/run"
)

// execute runs one command, if there is one, and puts what it printed and left behind into the state.
func (c *CommandOutputs) execute(ctx context.Context, command *string) error {
	if command == nil {
		return nil
	}
	process, err := c.process(ctx, *command)
	if err != nil {
		return err
	}
	capture := run.NewCapture(ctx)
	process.Stdout = capture.Stdout(c.Logging.stdout())
	process.Stderr = capture.Stderr(c.Logging.stderr())
	stdout, stderr, err := capture.Finish(*command, process.Run())
	if err != nil {
		return err
	}
	if err := c.collect(process.Dir); err != nil {
		return err
	}
	c.Stdout, c.Stderr = stdout, stderr
	return nil
}

func (c *CommandOutputs) process(ctx context.Context, command string) (*exec.Cmd, error) {
	interpreter := []string{"/bin/sh", "-c"}
	if c.Interpreter != nil && len(*c.Interpreter) > 0 {
		interpreter = *c.Interpreter
	}
	arguments := append(append([]string{}, interpreter[1:]...), command)
	process := exec.CommandContext(ctx, interpreter[0], arguments...)
	process.Env = os.Environ()
	if c.Environment != nil {
		for name, value := range *c.Environment {
			process.Env = append(process.Env, name+"="+value)
		}
	}
	for _, variable := range run.Previous(c.AddPreviousOutputInEnv, c.Stdout, c.Stderr) {
		process.Env = append(process.Env, variable[0]+"="+variable[1])
	}
	if c.Stdin != nil && *c.Stdin != "" {
		process.Stdin = strings.NewReader(*c.Stdin)
	}
	if c.Dir != nil {
		process.Dir = *c.Dir
		return process, nil
	}
	var err error
	process.Dir, err = os.Getwd()
	return process, err
}

// collect reads the files that the command was asked to hand back.
func (c *CommandOutputs) collect(directory string) error {
	if c.AssetPaths != nil {
		assets, err := matchFiles(directory, *c.AssetPaths)
		if err != nil {
			return err
		}
		c.Assets = &assets
	}
	if c.ArchivePaths != nil {
		assets, err := matchFiles(directory, *c.ArchivePaths)
		if err != nil {
			return err
		}
		members := map[string]any{}
		for path, asset := range assets {
			members[path] = asset.Asset
		}
		c.Archive, err = resource.NewAssetArchive(members)
		return err
	}
	return nil
}
