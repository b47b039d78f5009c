package command

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/internal/diag"
	inspector "github.com/pythonweb/goweb/serializer/internal/inspect"
	"github.com/pythonweb/goweb/serializer/pickle"
)

func inspectCommand() *cli.Command {
	return &cli.Command{
		Name: "inspect",
		Usage: "show every value with its offset, type and path; for CBOR the encoding, for a pickle " +
			"the opcodes and what it would import",
		ArgsUsage: "FILE",
		Flags: []cli.Flag{
			fromFlag(),
			&cli.BoolFlag{
				Name:  "diag",
				Usage: "write CBOR in diagnostic notation, with indicators where the encoding is not the shortest",
			},
			duplicatesFlag(), plainFlag(), encodingFlag(), depthFlag(),
		},
		Action: inspect,
	}
}

func inspect(c *cli.Context) error {
	t := console.From(c)
	o, err := readerOptions(c)
	if err != nil {
		return err
	}
	in, err := openInput(c, t, c.String("from"), c.Args().First())
	if err != nil {
		return err
	}
	defer in.Close()
	switch {
	case c.Bool("diag"):
		return explain(in.name, notation(t, in, o))
	case in.format == formatPickle:
		return explain(in.name, opcodes(t, in))
	}
	show := inspector.New(t)
	in.wait = show.Flush
	err = in.passes(o, show.Document)
	if err := show.End(err); err != nil {
		return err
	}
	return explain(in.name, err)
}

// notation writes a document in diagnostic notation.
func notation(t *console.Terminal, in *input, o serializer.ReaderOptions) error {
	if in.format != serializer.FormatCBOR && in.format != serializer.FormatCBORSequence {
		return console.Errorf(console.Usage, "convert --to diag takes other formats", "%s is not CBOR", in.format)
	}
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	text, err := diag.Append(nil, data, o.Limits.ForStream().Depth)
	if err != nil {
		return err
	}
	_, err = t.Out.Write(append(text, '\n'))
	return err
}

// opcodes shows a pickle's opcodes, and the bytes that follow it.
func opcodes(t *console.Terminal, in *input) error {
	out := bufio.NewWriter(t.Out)
	defer out.Flush()
	o := in.pickle
	o.Whole = t.JSON()
	return o.Disassemble(in, func(op pickle.Op) error {
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
