package shell

import (
	"bufio"
	"context"
	"io"
	"strings"
)

// pipe reads lines from something that is not a terminal.
type pipe struct{ lines chan line }

type line struct {
	text string
	err  error
}

// newPipe reads one line ahead, so that the end of ctx is noticed while nobody writes. The reading goroutine ends with
// the input or the process: a read of a pipe cannot be cancelled.
func newPipe(ctx context.Context, in io.Reader) *pipe {
	p := &pipe{lines: make(chan line)}
	go func() {
		defer close(p.lines)
		b := bufio.NewReader(in)
		for {
			text, err := b.ReadString('\n')
			if text != "" {
				err = nil // the last line needs no line feed
			}
			select {
			case p.lines <- line{strings.TrimRight(text, "\r\n"), err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return p
}

// Line returns the next line.
func (p *pipe) Line(ctx context.Context, _ string) (string, error) {
	select {
	case l, ok := <-p.lines:
		if !ok {
			return "", io.EOF
		}
		return l.text, l.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// Input is empty: what is in the pipe are commands.
func (p *pipe) Input(context.Context) io.Reader { return strings.NewReader("") }

// Remember does nothing.
func (p *pipe) Remember(string) {}

// Close does nothing.
func (p *pipe) Close() error { return nil }
