// Package run holds what local and remote commands have in common: when a command runs, and what
// becomes of its output.
package run

// Lifecycle are the inputs that say which command belongs to which operation.
type Lifecycle struct {
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
}

// OnUpdate is the command of an update: its own one, else the one that created the resource.
func (l Lifecycle) OnUpdate() *string {
	if l.Update != nil {
		return l.Update
	}
	return l.Create
}

// Names of the variables in which a command finds what the one before it printed.
const (
	PreviousStdout = "PULUMI_COMMAND_STDOUT"
	PreviousStderr = "PULUMI_COMMAND_STDERR"
)

// Previous lists the variables for what was printed before; absent means yes.
func Previous(wanted *bool, stdout, stderr string) [][2]string {
	if wanted != nil && !*wanted {
		return nil
	}
	var variables [][2]string
	if stdout != "" {
		variables = append(variables, [2]string{PreviousStdout, stdout})
	}
	if stderr != "" {
		variables = append(variables, [2]string{PreviousStderr, stderr})
	}
	return variables
}
