package command

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

func linesFlag() cli.Flag {
	return &cli.BoolFlag{Name: "lines", Usage: "read one JSON value per line, whatever the file's name"}
}

func skipBadFlag() cli.Flag {
	return &cli.BoolFlag{
		Name:  "skip-bad",
		Usage: "skip lines that are not JSON and say how many; exit code 3 if any",
	}
}

// fromOf returns the format that the flags name.
func fromOf(c *cli.Context) (string, error) {
	from := c.String("from")
	if !c.Bool("lines") {
		return from, nil
	}
	if from != "" && from != string(serializer.FormatJSONLines) {
		return "", console.Errorf(console.Usage, "leave one of them out", "--lines and --from %s contradict each other", from)
	}
	return string(serializer.FormatJSONLines), nil
}

// goodLines reads the lines of a JSON Lines text that are JSON.
type goodLines struct {
	in    *bufio.Reader
	o     serializer.ReaderOptions
	line  []byte // the unread rest of a good line
	lines int
	bad   int
	first error // of the first bad line
}

func newGoodLines(r io.Reader, o serializer.ReaderOptions) *goodLines {
	return &goodLines{in: bufio.NewReaderSize(r, 64<<10), o: o}
}

// Read reads the next bytes.
func (g *goodLines) Read(p []byte) (int, error) {
	for len(g.line) == 0 {
		line, err := g.in.ReadBytes('\n')
		if err != nil && (err != io.EOF || len(line) == 0) {
			return 0, err
		}
		g.lines++
		if why := g.check(line); why != nil {
			if g.bad++; g.first == nil {
				g.first = fmt.Errorf("line %d: %w", g.lines, why)
			}
			continue
		}
		g.line = line
	}
	n := copy(p, g.line)
	g.line = g.line[n:]
	return n, nil
}

// check reads a line by itself.
func (g *goodLines) check(line []byte) error {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	r, err := serializer.NewReader(serializer.FormatJSON, bytes.NewReader(bytes.TrimRight(line, "\r\n")), nil, g.o)
	if err != nil {
		return err
	}
	err = serializer.Copy(serializer.Discard, r)
	var placed *serializer.Error
	if errors.As(err, &placed) {
		err = fmt.Errorf("column %d: %w", placed.Column, placed.Err)
	}
	return err
}

// skipped reports how many lines were skipped.
func (in *input) skipped(t *console.Terminal) error {
	if in.good == nil || in.good.bad == 0 {
		return nil
	}
	t.Warnf("%s: %v", in.name, in.good.first)
	return console.Errorf(console.Partial, "", "%s: %s skipped", in.name, plural(in.good.bad, "bad line", "bad lines"))
}

// getLines prints what a path leads to in every value of a sequence, one per line.
func getLines(c *cli.Context, t *console.Terminal, steps []pathStep, o serializer.ReaderOptions) error {
	in, err := openInput(c, t, c.String("from"), orStream(c.Args().Get(1)))
	if err != nil {
		return err
	}
	defer in.Close()
	if !in.format.Sequence() {
		in.format = serializer.FormatJSONLines
	}
	in.skipBad = c.Bool("skip-bad")
	found := 0
	out := bufio.NewWriter(t.Out)
	in.wait = out.Flush
	err = in.passes(o, func(r serializer.Reader, _ *serializer.Hints) error {
		return serializer.Elements(r, func(v serializer.Value) error {
			inner, gone := follow(v, steps)
			if gone >= 0 {
				return nil
			}
			found++
			w, err := serializer.NewWriterWith(serializer.FormatJSON, out, nil,
				serializer.WriterOptions{Duplicates: o.Duplicates, Plain: o.Plain})
			if err != nil {
				return err
			}
			return serializer.Copy(w, serializer.NewValueReader(inner))
		})
	})
	if err := errors.Join(explain(in.name, err), out.Flush()); err != nil {
		return err
	}
	if err := in.skipped(t); err != nil {
		return err
	}
	if found == 0 {
		return console.Errorf(console.NotFound, "", "no value has a %s", pathOf(steps))
	}
	return nil
}
