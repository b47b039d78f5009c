package shell

import (
	"context"
	"fmt"
	"io"

	"github.com/pythonweb/goweb/console"
)

// plain reads lines from a person at a terminal that does not understand escape sequences, such as a shell in an
// editor: the terminal itself edits them.
type plain struct {
	*pipe
	terminal *console.Terminal
}

// Line asks for the next line.
func (p *plain) Line(ctx context.Context, prompt string) (string, error) {
	fmt.Fprint(p.terminal.Out, prompt)
	return p.pipe.Line(ctx, prompt)
}

// Input reads the answers to what a command asks.
func (p *plain) Input(ctx context.Context) io.Reader { return &dialogue{ctx, p, ""} }
