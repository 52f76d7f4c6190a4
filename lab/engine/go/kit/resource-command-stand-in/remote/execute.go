package remote

import (
	"context"
	"fmt"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"

	"proxmox-router/lab/engine/go/kit/resource-command-stand-in/run"
)

const refusedVariable = `Unable to set '%s'. This only works if your SSH server is configured to accept
	these variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could
	prefix the command itself with the variables in the form 'VAR=value command'`

// execute runs one command, if there is one, over a connection of its own. The connection stays open
// until the plugin ends, as the original leaves it: what depends on that must show in the lab, too.
func (c *CommandOutputs) execute(ctx context.Context, command *string) error {
	if command == nil {
		return nil
	}
	client, err := c.Connection.dial(ctx)
	if err != nil {
		return err
	}
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()
	if err := c.setVariables(ctx, session); err != nil {
		return err
	}
	if c.Stdin != nil && *c.Stdin != "" {
		session.Stdin = strings.NewReader(*c.Stdin)
	}
	capture := run.NewCapture(ctx)
	session.Stdout = capture.Stdout(c.Logging.stdout())
	session.Stderr = capture.Stderr(c.Logging.stderr())
	stdout, stderr, err := capture.Finish(*command, session.Run(*command))
	if err == nil {
		c.Stdout, c.Stderr = stdout, stderr
	}
	return err
}

// setVariables fails for a variable the program asked for, and only warns of those nobody asked for.
func (c *CommandOutputs) setVariables(ctx context.Context, session *ssh.Session) error {
	for name, value := range c.Environment {
		if err := session.Setenv(name, value); err != nil {
			p.GetLogger(ctx).Errorf(refusedVariable, name)
			return fmt.Errorf("could not set environment variable %q: %w", name, err)
		}
	}
	for _, variable := range run.Previous(c.AddPreviousOutputInEnv, c.Stdout, c.Stderr) {
		if err := session.Setenv(variable[0], variable[1]); err != nil {
			p.GetLogger(ctx).Warningf(refusedVariable, variable[0])
		}
	}
	return nil
}
