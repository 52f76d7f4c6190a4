package local

import "github.com/pulumi/pulumi-go-provider/infer"

// Logging says which streams of a command are shown while it runs.
type Logging string

// The streams that can be shown.
const (
	LogStdout          Logging = "stdout"
	LogStderr          Logging = "stderr"
	LogStdoutAndStderr Logging = "stdoutAndStderr"
	NoLogging          Logging = "none"
)

// Values lists the enumeration for the schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "Stdout", Value: LogStdout, Description: "show stdout only"},
		{Name: "Stderr", Value: LogStderr, Description: "show stderr only"},
		{Name: "StdoutAndStderr", Value: LogStdoutAndStderr, Description: "show both streams"},
		{Name: "None", Value: NoLogging, Description: "show nothing"},
	}
}

func (l *Logging) stdout() bool { return l == nil || *l == LogStdout || *l == LogStdoutAndStderr }

func (l *Logging) stderr() bool { return l == nil || *l == LogStderr || *l == LogStdoutAndStderr }
