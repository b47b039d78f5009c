package command

import (
	"errors"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

func convertCommand() *cli.Command {
	return &cli.Command{
		Name:      "convert",
		Usage:     "convert a file to another format; a missing name or - means stdin or stdout",
		ArgsUsage: "[IN [OUT]]",
		Description: "What OUT's format has no syntax for is written in a documented form, so that converting back " +
			"gives an equal\n" +
			"document. OUT is written whole or not at all; to stdout the values of sequences go one by one. " +
			"A list is written as a sequence, and a sequence read as a list.",
		Flags: []cli.Flag{
			fromFlag(),
			&cli.StringFlag{Name: "to", Usage: "write `" + names(true) + "` (default: by the file's name)"},
			&cli.StringSliceFlag{Name: "lossy", Usage: "write values of `KIND,...` in a plainer form (see serializer formats)"},
			duplicatesFlag(),
			plainFlag(), encodingFlag(), linesFlag(), skipBadFlag(),
			&cli.BoolFlag{Name: "force", Usage: "write binary formats to a terminal"},
			depthFlag(),
		},
		Action: func(c *cli.Context) error {
			o := conversion{
				to:  c.String("to"),
				in:  orStream(c.Args().Get(0)),
				out: orStream(c.Args().Get(1)),
			}
			o.force = c.Bool("force")
			for _, list := range c.StringSlice("lossy") {
				o.lossy = append(o.lossy, strings.Split(list, ",")...)
			}
			o.keepClasses = slices.Contains(o.lossy, "class") || slices.Contains(o.lossy, "all")
			var err error
			if o.from, err = fromOf(c); err != nil {
				return err
			}
			o.skipBad = c.Bool("skip-bad")
			if o.reader, err = readerOptions(c); err != nil {
				return err
			}
			return o.run(c)
		},
	}
}

// orStream returns the given path or, without one, the name of stdin and stdout.
func orStream(path string) string {
	if path == "" {
		return "-"
	}
	return path
}

func plainFlag() cli.Flag {
	return &cli.BoolFlag{
		Name:  "plain",
		Usage: "do without this program's own forms: $ objects, tags and extensions are plain data",
	}
}

// encodingFlag is the flag of the commands that read pickles.
func encodingFlag() cli.Flag {
	return &cli.StringFlag{
		Name:  "encoding",
		Usage: "read the str of Python 2 in pickles as `ascii|latin1|cp1251|utf-8|bytes|...`, as pickle.load does",
	}
}

func depthFlag() cli.Flag {
	return &cli.IntFlag{
		Name:  "depth",
		Value: 1000,
		Usage: "refuse documents with containers nested more than `N` deep",
	}
}

func readerOptions(c *cli.Context) (serializer.ReaderOptions, error) {
	keep, err := duplicates(c)
	if depth := c.Int("depth"); err == nil && depth < 1 {
		err = console.Errorf(console.Usage, "give 1 or more", "--depth %d leaves nothing to read", depth)
	}
	limits := serializer.Limits{Depth: c.Int("depth")}
	return serializer.ReaderOptions{Duplicates: keep, Limits: limits, Plain: c.Bool("plain")}, err
}

// A conversion is a call of convert.
type conversion struct {
	from, to, in, out string
	lossy             []string
	force, skipBad    bool
	keepClasses       bool // of pickles: keep calls of unknown classes
	reader            serializer.ReaderOptions
}

func (o conversion) run(c *cli.Context) (err error) {
	t := console.From(c)
	to, err := formatOf("--to", o.to, o.out, true)
	if err != nil {
		return err
	}
	if _, err := serializer.NewLossyWriter(nil, o.lossy); err != nil {
		return console.Errorf(console.Usage, "serializer formats lists them", "--lossy: %w", err)
	}
	if !to.Text() && !o.force && o.out == "-" && console.IsTerminal(t.Out) {
		return console.Errorf(console.Usage, "name a file, or use --force", "%s is not text that a terminal can show", to)
	}
	in, err := openInput(c, t, o.from, o.in)
	if err != nil {
		return err
	}
	defer in.Close()
	in.many, in.pickle.KeepClasses, in.skipBad = to.Sequence(), o.keepClasses, o.skipBad
	if o.skipBad && in.format != serializer.FormatJSONLines {
		return console.Errorf(console.Usage, "--lines reads one value per line",
			"--skip-bad leaves out lines, and %s has none", in.format)
	}
	out, err := openOutput(t, o.out, to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	progress := t.Progress("bytes", in.size)
	s, flows := out.(*sequence)
	if flows {
		in.wait = s.handOver
	}
	if !flows || !console.IsTerminal(t.Out) { // values and a progress line would mix on a terminal
		in.passed = progress.Add
	}
	err = in.passes(o.reader, func(r serializer.Reader, hints *serializer.Hints) error {
		if err := out.reset(); err != nil {
			return err
		}
		w, err := serializer.NewWriterWith(
			to,
			out,
			hints,
			serializer.WriterOptions{Duplicates: o.reader.Duplicates, Plain: o.reader.Plain},
		)
		if err == nil && len(o.lossy) > 0 {
			w, err = serializer.NewLossyWriter(w, o.lossy)
		}
		if err != nil {
			return err
		}
		return serializer.Copy(w, r)
	})
	progress.Done()
	if err != nil {
		return explain(in.name, err)
	}
	if err := out.commit(); err != nil {
		return explain(o.out, err)
	}
	return in.skipped(t)
}
