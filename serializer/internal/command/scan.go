package command

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/serializer/pickle"
)

func scanCommand() *cli.Command {
	return &cli.Command{
		Name: "scan",
		Usage: "check whether loading pickles, PyTorch archives, joblib or zip files in Python would run code; " +
			"exit code 3 if it would",
		ArgsUsage: "FILE...",
		Action:    scan,
	}
}

// A scanned is the JSON form of a line of scan.
type scanned struct {
	File     string           `json:"file"`
	Harmless bool             `json:"harmless"`
	Found    []pickle.Finding `json:"found,omitempty"`
	Error    string           `json:"error,omitempty"`
}

func scan(c *cli.Context) error {
	t := console.From(c)
	calls, unreadable := 0, 0
	for _, path := range c.Args().Slice() {
		in, err := openInput(c, t, string(formatPickle), path)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(in)
		if err = orError(err, in.Close()); err != nil {
			return explain(in.name, err)
		}
		found, err := pickle.Scan(data)
		switch {
		case len(found) > 0:
			calls++
		case err != nil:
			unreadable++
		}
		if err := reportScan(t, in.name, found, err); err != nil {
			return err
		}
	}
	switch {
	case calls > 0:
		return console.Errorf(console.Partial, "do not load them", "%s run code", plural(calls, "file would", "files would"))
	case unreadable > 0:
		return console.Errorf(console.Failed, "", "%s unreadable", plural(unreadable, "file is", "files are"))
	}
	return nil
}

func orError(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

func reportScan(t *console.Terminal, name string, found []pickle.Finding, err error) error {
	if t.JSON() {
		v := scanned{File: name, Harmless: err == nil && len(found) == 0, Found: found}
		if err != nil {
			v.Error = err.Error()
		}
		return t.Value(v)
	}
	for _, f := range found {
		what := "would import"
		if f.Called {
			what = "would call"
		}
		at := name
		if f.Member != "" {
			at += ": " + console.Line(f.Member)
		}
		if _, err := fmt.Fprintf(t.Out, "%s: offset %d: %s %s\n", at, f.Offset, what, console.Line(f.Name)); err != nil {
			return err
		}
	}
	text := ""
	switch {
	case err != nil:
		text = "unreadable: " + console.Line(err.Error())
	case len(found) == 0:
		text = "harmless"
	default:
		return nil
	}
	_, err = fmt.Fprintf(t.Out, "%s: %s\n", name, text)
	return err
}
