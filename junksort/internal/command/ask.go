package command

import (
	"maps"
	"path"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort"
)

// unasked is how many files are sorted without a question, in a folder that was sorted before.
const unasked = 1000

// ask shows a person what a sort would do and asks once: before the first run in a folder, and before many files.
// Without a terminal nothing is asked.
func ask(c *cli.Context, dir string, o junksort.Options) error {
	t := console.From(c)
	if c.Bool("yes") || !t.Interactive() {
		return nil
	}
	runs, err := junksort.History(dir)
	first := err == nil && len(runs) == 0
	folders := map[string]int{}
	summary, err := junksort.Preview(c.Context, dir, o, func(r junksort.Result) error {
		switch r.Action {
		case junksort.Moved:
			folders[path.Dir(r.To)]++
		case junksort.PutAside:
			folders["duplicates"]++
		}
		return nil
	})
	if err != nil {
		return fail("sort "+quote(dir), err)
	}
	count := summary.Moved + summary.Put
	if count == 0 || !first && count <= unasked {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(folders)) {
		t.Notef("%8d  %s", folders[name], console.Line(name))
	}
	return t.Confirm(false, "Move %s of %s? junksort undo puts them back", plural(count, "file"), quote(dir))
}
