package command

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer"
)

func validateCommand() *cli.Command {
	return &cli.Command{
		Name:      "validate",
		Usage:     "check whether convert would accept the files",
		ArgsUsage: "FILE...",
		Flags:     []cli.Flag{fromFlag(), duplicatesFlag(), plainFlag(), encodingFlag(), depthFlag()},
		Action:    validate,
	}
}

// A verdict is the JSON form of a line of validate.
type verdict struct {
	File   string `json:"file"`
	Valid  bool   `json:"valid"`
	Offset *int64 `json:"offset,omitempty"`
	Line   int64  `json:"line,omitempty"`
	Column int64  `json:"column,omitempty"`
	Path   string `json:"path,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func validate(c *cli.Context) error {
	t := console.From(c)
	o, err := readerOptions(c)
	if err != nil {
		return err
	}
	invalid := 0
	var missing error
	for _, path := range c.Args().Slice() {
		in, err := openInput(c, t, c.String("from"), path)
		if err != nil {
			if known := new(console.Error); errors.As(err, &known) && known.Code == console.Usage {
				return err
			}
			t.Warnf("%v", err)
			missing = err
			continue
		}
		err = in.passes(o, func(r serializer.Reader, _ *serializer.Hints) error {
			return serializer.Copy(serializer.Discard, r)
		})
		if err := errors.Join(c.Context.Err(), in.Close()); err != nil {
			return err
		}
		if err != nil {
			invalid++
		}
		if err := report(t, in.name, err); err != nil {
			return err
		}
	}
	if invalid > 0 {
		return console.Errorf(console.Failed, "", "%s invalid", plural(invalid, "file is", "files are"))
	}
	return missing
}

func report(t *console.Terminal, name string, err error) error {
	if t.JSON() {
		v := verdict{File: name, Valid: err == nil}
		if err != nil {
			v.Reason = err.Error()
		}
		var placed *serializer.Error
		if errors.As(err, &placed) {
			v.Offset, v.Line, v.Column = &placed.Offset, placed.Line, placed.Column
			v.Path, v.Reason = placed.Path, placed.Err.Error()
		}
		return t.Value(v)
	}
	text := "valid"
	if err != nil {
		text = "invalid: " + console.Line(err.Error())
	}
	_, err = fmt.Fprintf(t.Out, "%s: %s\n", name, text)
	return err
}
