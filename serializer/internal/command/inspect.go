package command

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle"
)

func inspectCommand() *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "show every value with its offset, type and path; of a pickle the opcodes and what it would import",
		ArgsUsage: "FILE",
		Flags:     []cli.Flag{fromFlag(), duplicatesFlag(), plainFlag(), depthFlag()},
		Action:    inspect,
	}
}

func inspect(c *cli.Context) error {
	t := console.From(c)
	o, err := readerOptions(c)
	if err != nil {
		return err
	}
	in, err := openInput(c.Context, t, c.String("from"), c.Args().First())
	if err != nil {
		return err
	}
	defer in.Close()
	if in.format == formatPickle {
		return explain(in.name, opcodes(t, in))
	}
	// The first reading finds the hints; the second shows.
	var hints *serializer.Hints
	err = in.passes(o, func(r serializer.Reader, h *serializer.Hints) error {
		hints = h
		return serializer.Copy(serializer.Discard, r)
	})
	if err == serializer.ErrAgain {
		return err
	}
	if err := in.rewind(); err != nil {
		return err
	}
	r, err := in.reader(hints, o)
	if err != nil {
		return explain(in.name, err)
	}
	return explain(in.name, tree(t, r))
}

// A node is the JSON form of a line of inspect.
type node struct {
	Offset int64  `json:"offset"`
	Type   string `json:"type"`
	Path   string `json:"path"`
	Value  string `json:"value,omitempty"`
}

// tree shows the values of a document.
func tree(t *console.Terminal, r serializer.Reader) error {
	out := bufio.NewWriter(t.Out)
	defer out.Flush()
	depth := 0
	var ev serializer.Event
	for {
		err := r.Read(&ev)
		if err == io.EOF {
			return out.Flush()
		}
		if err != nil {
			return err
		}
		if ev.Kind == serializer.KindEnd {
			depth--
			continue
		}
		n := node{Offset: ev.Offset, Type: ev.Kind.String(), Path: r.Path(), Value: ev.Text()}
		if t.JSON() {
			if err := out.Flush(); err != nil {
				return err
			}
			if err := t.Value(n); err != nil {
				return err
			}
		} else {
			fmt.Fprintf(out, "%8d  %s%s  %s  %s\n", n.Offset, strings.Repeat("  ", min(depth, 40)), n.Type, console.Line(n.Path), console.Line(n.Value))
		}
		if ev.Kind.Container() {
			depth++
		}
	}
}

// opcodes shows a pickle's opcodes.
func opcodes(t *console.Terminal, in io.Reader) error {
	out := bufio.NewWriter(t.Out)
	defer out.Flush()
	return pickle.Disassemble(in, func(op pickle.Op) error {
		if t.JSON() {
			return t.Value(op)
		}
		line := fmt.Sprintf("%8d  %-18s %s", op.Offset, op.Name, console.Line(op.Argument))
		if op.Import != "" {
			line = fmt.Sprintf("%s  would import %s", strings.TrimRight(line, " "), console.Line(op.Import))
		}
		if op.Call != "" {
			line = fmt.Sprintf("%s  would call %s", strings.TrimRight(line, " "), console.Line(op.Call))
		}
		_, err := fmt.Fprintln(out, strings.TrimRight(line, " "))
		return err
	})
}
