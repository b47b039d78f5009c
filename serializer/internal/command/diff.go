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
		Flags:     []cli.Flag{fromFlag(), duplicatesFlag(), plainFlag(), depthFlag()},
		Action:    diff,
	}
}

func diff(c *cli.Context) error {
	t := console.From(c)
	o, err := readerOptions(c)
	if err != nil {
		return err
	}
	var values [2]serializer.Value
	for i := range values {
		if values[i], err = load(c, t, c.Args().Get(i), o); err != nil {
			return err
		}
	}
	m, differ := serializer.Difference(values[0], values[1])
	if t.JSON() {
		v := struct {
			Equal bool   `json:"equal"`
			Path  string `json:"path,omitempty"`
			A     string `json:"a,omitempty"`
			B     string `json:"b,omitempty"`
		}{Equal: !differ}
		if differ {
			v.Path, v.A, v.B = m.Path, side(m.A), side(m.B)
		}
		if err := t.Value(v); err != nil {
			return err
		}
	} else if differ {
		if _, err := fmt.Fprintf(t.Out, "%s: %s | %s\n", console.Line(m.Path), console.Line(side(m.A)), console.Line(side(m.B))); err != nil {
			return err
		}
	}
	if differ {
		return console.Errorf(console.Failed, "", "%s and %s differ", shown(c.Args().Get(0)), shown(c.Args().Get(1)))
	}
	return nil
}

// side shows one side of a difference.
func side(v serializer.Value) string {
	if v.IsZero() {
		return "nothing"
	}
	return fmt.Sprintf("%s %s", v.Kind(), v)
}

// load reads a whole document.
func load(c *cli.Context, t *console.Terminal, path string, o serializer.ReaderOptions) (v serializer.Value, err error) {
	in, err := openInput(c.Context, t, c.String("from"), path)
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
