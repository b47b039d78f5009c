package command

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort"
)

func watchCommand() *cli.Command {
	return &cli.Command{
		Name: "watch", Usage: "sort what is in folders, then whatever arrives", ArgsUsage: "DIR...",
		Description: "With --install it writes a systemd user unit that watches these folders with these flags, shows " +
			"it, and watches nothing itself. A disk that holds neither the system nor the home folder is kept open only while " +
			"something moves, so that it can be ejected; the watch of it then ends.",
		Flags: append(sortFlags("2s"),
			&cli.BoolFlag{Name: installName, Usage: "write a systemd user unit that does it, and show it"}),
		Action: problems().Action(watchAction),
	}
}

func watchAction(c *cli.Context) error {
	dirs := c.Args().Slice()
	if most := 1000; len(dirs) > most {
		return console.Usagef("see junksort watch --help", "%q is one folder too many", dirs[most])
	}
	o, err := optionsOf(c)
	if err != nil {
		return err
	}
	if err := apart(dirs); err != nil {
		return err
	}
	if c.Bool(installName) {
		for _, dir := range dirs {
			if err := junksort.Check(dir, o); err != nil {
				return fail("install a unit for "+quote(dir), err)
			}
		}
		return install(c, dirs)
	}
	return work(c, "watch "+quote(strings.Join(dirs, `", "`)), func(observer junksort.Observer) (junksort.Summary, error) {
		summary, err := watchAll(c.Context, dirs, o, observer)
		if console.Signal(c.Context) == syscall.SIGTERM && errors.Is(err, context.Canceled) {
			err = nil // its regular end
		}
		return summary, err
	})
}

// apart refuses folders of which one lies in another: what one watch moves, the other would move again.
func apart(dirs []string) error {
	var paths []string
	for _, dir := range dirs {
		path, err := filepath.Abs(dir)
		if err == nil {
			if real, e := filepath.EvalSymlinks(path); e == nil {
				path = real
			}
		}
		for i, other := range paths {
			if path == other || strings.HasPrefix(path+"/", other+"/") || strings.HasPrefix(other+"/", path+"/") {
				return console.Usagef("name the outer one", "one of %s and %s lies in the other", quote(dirs[i]), quote(dir))
			}
		}
		paths = append(paths, path)
	}
	return nil
}

// watchAll watches each folder on its own, until ctx ends or none is left. With several, paths in what is observed
// begin with their folder, and one that cannot be watched does not stop the others.
func watchAll(
	ctx context.Context, dirs []string, o junksort.Options, observer junksort.Observer,
) (junksort.Summary, error) {
	if len(dirs) == 1 {
		return junksort.Watch(ctx, dirs[0], o, observer)
	}
	ends := make([]watched, len(dirs))
	var group sync.WaitGroup
	for i, dir := range dirs {
		group.Go(func() {
			ends[i].summary, ends[i].err = junksort.Watch(ctx, dir, o, within(dir, observer))
			if err := ends[i].err; err != nil && ctx.Err() == nil && observer.Problem != nil {
				observer.Problem(junksort.Result{
					Action: junksort.Noted, From: dir,
					Reason: "it is no longer watched: " + err.Error(),
				})
			}
		})
	}
	group.Wait()
	var sum junksort.Summary
	var err error
	for _, end := range ends {
		sum = sum.Plus(end.summary)
		if err == nil || errors.Is(end.err, context.Canceled) {
			err = end.err // what ended earlier was reported then
		}
	}
	return sum, err
}

// watched is how the watch of one folder ended.
type watched struct {
	summary junksort.Summary
	err     error
}

// within returns an observer of one folder among several.
func within(dir string, o junksort.Observer) junksort.Observer {
	full := func(tell func(junksort.Result)) func(junksort.Result) {
		if tell == nil {
			return nil
		}
		return func(r junksort.Result) {
			r.From = filepath.Join(dir, r.From)
			if r.To != "" && !filepath.IsAbs(r.To) {
				r.To = filepath.Join(dir, r.To)
			}
			tell(r)
		}
	}
	return junksort.Observer{Result: full(o.Result), Problem: full(o.Problem)}
}
