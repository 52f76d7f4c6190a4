package run

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
)

// Capture keeps what a command prints, and shows it in the engine's status column line by line.
type Capture struct {
	stdout, stderr, both lockedBuffer

	log     *io.PipeWriter
	logDone chan error
}

// lockedBuffer may be written by the two streams of a command at once.
type lockedBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(text)
}

// NewCapture starts to log; Finish must be called.
func NewCapture(ctx context.Context) *Capture {
	reader, writer := io.Pipe()
	capture := &Capture{log: writer, logDone: make(chan error, 1)}
	go func() {
		lines := bufio.NewScanner(reader)
		for lines.Scan() {
			p.GetLogger(ctx).InfoStatus(lines.Text())
		}
		// A line too long for the scanner makes the official plugin wait for ever. Here the writer gets
		// an error instead, so that the mistake is seen and not waited for.
		reader.CloseWithError(lines.Err())
		capture.logDone <- lines.Err()
	}()
	return capture
}

// Stdout is where the command's standard output goes.
func (c *Capture) Stdout(logged bool) io.Writer { return c.writer(&c.stdout, logged) }

// Stderr is where the command's standard error goes.
func (c *Capture) Stderr(logged bool) io.Writer { return c.writer(&c.stderr, logged) }

func (c *Capture) writer(own *lockedBuffer, logged bool) io.Writer {
	if logged {
		return io.MultiWriter(own, &c.both, c.log)
	}
	return io.MultiWriter(own, &c.both)
}

// Finish ends the log and turns the command's result into what the resource reports: its output
// without the last newline, or an error with the command and everything it printed.
func (c *Capture) Finish(command string, result error) (stdout, stderr string, err error) {
	c.log.Close()
	if logError := <-c.logDone; errors.Is(logError, bufio.ErrTooLong) {
		return "", "", fmt.Errorf("running %q: it printed a line of more than %d bytes, at which the official "+
			"command plugin hangs; set logging to \"none\" or fold the line", command, bufio.MaxScanTokenSize)
	}
	if result != nil {
		return "", "", fmt.Errorf("%w: running %q:\n%s", result, command, c.both.buffer.String())
	}
	trim := func(of *lockedBuffer) string { return strings.TrimSuffix(of.buffer.String(), "\n") }
	return trim(&c.stdout), trim(&c.stderr), nil
}
