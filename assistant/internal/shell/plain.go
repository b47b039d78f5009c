package shell

import (
	"context"
	"fmt"
	"io"

	"github.com/pythonweb/goweb/console"
)

// plain reads lines from a person at a terminal that understands no escape sequences, such as a shell within an editor:
// the terminal itself edits them.
type plain struct {
	*pipe
	terminal *console.Terminal
}

// Line asks for the next line.
func (p *plain) Line(ctx context.Context, prompt string) (string, error) {
	fmt.Fprint(p.terminal.Out, prompt)
	return p.pipe.Line(ctx, prompt)
}

// Input is what a command asks for.
func (p *plain) Input(ctx context.Context) io.Reader { return &dialogue{ctx, p, ""} }
