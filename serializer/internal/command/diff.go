package command

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

func diffCommand() *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "compare two files under the typed model; exit code 1 and the first differing path if they differ",
		ArgsUsage: "A B",
		Flags: []cli.Flag{
			fromFlag(),
			&cli.StringFlag{Name: "from-a", Usage: "as --from, for A only"},
			&cli.StringFlag{Name: "from-b", Usage: "as --from, for B only"},
			&cli.BoolFlag{Name: "all", Usage: "show every difference, and how many there are"},
			&cli.BoolFlag{Name: "unordered", Usage: "ignore the order of keys"},
			duplicatesFlag(), plainFlag(), encodingFlag(), depthFlag(),
		},
		Action: diff,
	}
}

// A difference is the JSON form of what diff finds.
type difference struct {
	Equal    bool   `json:"equal"`
	Path     string `json:"path,omitempty"`
	A        string `json:"a,omitempty"`
	B        string `json:"b,omitempty"`
	KeyOrder bool   `json:"key_order,omitempty"` // only the order of keys differs
	Count    int    `json:"count,omitempty"`     // of --all, in its last line
}

func diff(c *cli.Context) error {
	t := console.From(c)
	o, err := readerOptions(c)
	if err != nil {
		return err
	}
	if c.Args().Get(0) == "-" && c.Args().Get(1) == "-" {
		return console.Errorf(console.Usage, "name a file", "only one of the two can be stdin")
	}
	pair := comparison{t: t, o: o, unordered: c.Bool("unordered"), all: c.Bool("all")}
	for i, flag := range []string{"from-a", "from-b"} {
		from := c.String(flag)
		if from == "" {
			from = c.String("from")
		}
		if pair.in[i], err = openInput(c, t, from, c.Args().Get(i)); err != nil {
			return err
		}
		defer pair.in[i].Close()
		pair.hints[i] = serializer.NewHints()
	}
	if err := pair.run(); err != nil {
		return err
	}
	count := pair.count
	if t.JSON() && (count == 0 || c.Bool("all")) {
		if err := t.Value(difference{Equal: count == 0, Count: count}); err != nil {
			return err
		}
	}
	switch {
	case count == 0:
		return nil
	case c.Bool("all"):
		return console.Errorf(
			console.Failed,
			"",
			"%s and %s differ in %s",
			shown(c.Args().Get(0)),
			shown(c.Args().Get(1)),
			plural(count, "place", "places"),
		)
	}
	return console.Errorf(console.Failed, "", "%s and %s differ", shown(c.Args().Get(0)), shown(c.Args().Get(1)))
}

func showMismatch(t *console.Terminal, m serializer.Mismatch) error {
	if t.JSON() {
		v := difference{Path: m.Path, KeyOrder: m.Order}
		if !m.Order {
			v.A, v.B = side(m.A), side(m.B)
		}
		return t.Value(v)
	}
	if m.Order {
		_, err := fmt.Fprintf(t.Out, "%s: the order of keys differs\n", console.Line(m.Path))
		return err
	}
	_, err := fmt.Fprintf(t.Out, "%s: %s | %s\n", console.Line(m.Path), console.Line(side(m.A)), console.Line(side(m.B)))
	return err
}

// side returns one side of a difference as text.
func side(v serializer.Value) string {
	if v.IsZero() {
		return "nothing"
	}
	return fmt.Sprintf("%s %s", v.Kind(), v)
}

// load reads a whole document.
func load(c *cli.Context, t *console.Terminal, path string, o serializer.ReaderOptions) (serializer.Value, error) {
	return loadAs(c, t, c.String("from"), path, o)
}

// loadAs reads a whole document of a given format.
func loadAs(
	c *cli.Context,
	t *console.Terminal,
	from, path string,
	o serializer.ReaderOptions,
) (v serializer.Value, err error) {
	in, err := openInput(c, t, from, path)
	if err != nil {
		return v, err
	}
	defer in.Close()
	err = in.passes(o, func(r serializer.Reader, _ *serializer.Hints) error {
		v, err = serializer.ReadValue(r)
		return err
	})
	return v, explain(in.name, err)
}
