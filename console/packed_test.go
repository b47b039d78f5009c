package console_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
)

// A packed table looks like the same one that is not, in every format, also when a row is longer than a block.
func TestPack(t *testing.T) {
	print := func(pack bool, format string) string {
		app := &cli.App{Name: "demo", Flags: []cli.Flag{console.FormatFlag()}, Action: func(c *cli.Context) error {
			table := console.Table{Columns: []string{"name", "note"}}
			for i := range 3000 {
				note := fmt.Sprint("нотатка ", i)
				if i == 1500 {
					note = strings.Repeat("довга | \x1b", 10_000)
				}
				table.Rows = append(table.Rows, []any{strings.Repeat("і", i%7), note})
				if pack && i < 2990 {
					table.Pack()
				}
			}
			return console.From(c).Table(table)
		}}
		var out, errs bytes.Buffer
		args := []string{"demo", "--format", format}
		code := console.Run(t.Context(), app, args, console.Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
		if code != 0 {
			t.Fatal(errs.String())
		}
		return out.String()
	}
	for _, format := range []string{"table", "json", "csv", "markdown"} {
		if want, got := print(false, format), print(true, format); want != got {
			t.Errorf("%s: the packed table differs: %s", format, cmp.Diff(want, got))
		}
	}
}
