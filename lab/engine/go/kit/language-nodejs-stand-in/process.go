package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// killDelay is how long an interrupted program may take to end by itself.
const killDelay = 5 * time.Second

// plainWriter hides that the engine's pipe is a file: node would make a shared one non-blocking.
type plainWriter struct{ io.Writer }

// runNode runs a prepared command until it ends, the request is cancelled or the host stops: then node
// is interrupted, and killed if it stays. Should the host itself be killed, node dies with it.
func (h *host) runNode(ctx context.Context, prepared *exec.Cmd) error {
	life, cancel := context.WithCancel(h.life)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	command := exec.CommandContext(life, prepared.Path, prepared.Args[1:]...)
	command.Dir, command.Env = prepared.Dir, prepared.Env
	command.Stdout, command.Stderr = prepared.Stdout, prepared.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = killDelay
	return command.Run()
}
