package command

import (
	"bufio"
	"errors"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/junksort"
)

func sortAction(c *cli.Context) error {
	args := c.Args().Slice()
	o, err := optionsOf(c)
	if err != nil {
		return err
	}
	dir := args[0]
	switch {
	case c.IsSet("plan"):
		return savePlan(c, "plan "+quote(dir), func(w io.Writer) (junksort.Summary, error) {
			return junksort.WritePlan(c.Context, dir, o, w)
		})
	case c.Bool("dry-run"):
		return preview(c, dir, o)
	}
	if err := ask(c, dir, o); err != nil {
		return err
	}
	return work(c, "sort "+quote(dir), func(observer junksort.Observer) (junksort.Summary, error) {
		return junksort.Sort(c.Context, dir, o, observer)
	})
}

// work runs one of the commands that change something, shows what it does and says what it did.
func work(c *cli.Context, what string, run func(junksort.Observer) (junksort.Summary, error)) error {
	t := console.From(c)
	t.OutlivesOutput()
	show := newShow(t, c.Command.Name == "watch")
	summary, err := run(show.observer())
	if err := errors.Join(fail(what, err), show.finish(summary, err)); err != nil {
		return err
	}
	if !summary.Complete() {
		return console.Errorf(console.Partial, "", "%s", incomplete(summary))
	}
	return nil
}

func incomplete(s junksort.Summary) string {
	if s.Left > 0 {
		return plural(s.Left, "file") + " could not be returned"
	}
	return plural(s.Failed, "file") + " could not be sorted"
}

func preview(c *cli.Context, dir string, o junksort.Options) error {
	return look(c, "sort "+quote(dir), func(visit func(junksort.Result) error) (junksort.Summary, error) {
		return junksort.Preview(c.Context, dir, o, visit)
	})
}

// look prints what a command would do.
func look(c *cli.Context, what string, run func(func(junksort.Result) error) (junksort.Summary, error)) error {
	t := console.From(c)
	out := bufio.NewWriter(t.Out)
	summary, err := run(func(r junksort.Result) error { return printResult(t, out, r, true) })
	if err == nil && t.JSON() {
		err = printSummary(out, summary, true)
	}
	if err := errors.Join(fail(what, err), out.Flush()); err != nil {
		return err
	}
	if !t.JSON() {
		t.Notef("%s; nothing was changed", intended(summary))
	}
	if !summary.Complete() {
		return console.Errorf(console.Partial, "", "%s", incomplete(summary))
	}
	return nil
}

// intended says what a run would do.
func intended(s junksort.Summary) string {
	if s.Returned+s.Left > 0 {
		return plural(s.Returned, "file") + " would be returned"
	}
	text := plural(s.Moved+s.Put, "file") + " would be moved"
	if s.Unpacked > 0 {
		text += ", " + plural(s.Unpacked, "archive") + " unpacked"
	}
	return text
}

// savePlan writes a plan to the file, or the stream, that --plan names.
func savePlan(c *cli.Context, what string, plan func(io.Writer) (junksort.Summary, error)) error {
	t := console.From(c)
	path := c.String("plan")
	var summary junksort.Summary
	write := func(w io.Writer) (err error) {
		summary, err = plan(w)
		return err
	}
	var err error
	if path == "-" {
		err = write(t.Out)
	} else {
		err = atomicfile.Write(path, 0o600, write)
	}
	if err != nil {
		return fail(what, err)
	}
	t.Notef("%s; the plan is in %s", intended(summary), console.Line(path))
	if !summary.Complete() {
		return console.Errorf(console.Partial, "", "%s", incomplete(summary))
	}
	return nil
}
