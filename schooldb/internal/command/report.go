package command

import (
	"io"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/schooldb"
	"github.com/pythonweb/goweb/schooldb/internal/page"
)

func reportCommand() *cli.Command {
	return &cli.Command{
		Name: "report", Usage: "write a page with charts, to look at and to print",
		Description: "FILE is one self-contained HTML page; - is stdout. Without --group it is about the whole school.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "group", Usage: "only the group with this `ID`"},
			&cli.StringFlag{Name: "html", Required: true, Usage: "write to `FILE`"},
		},
		Action: onSchool(func(c *cli.Context, t *console.Terminal, school *schooldb.School) error {
			var group int64
			var err error
			if c.IsSet("group") {
				if group, err = id("--group", c.String("group")); err != nil {
					return err
				}
			}
			summary, err := school.Summarize(c.Context, group)
			if err != nil {
				return err
			}
			if file := c.String("html"); file != "-" {
				return atomicfile.Write(file, 0o644, func(w io.Writer) error { return page.Write(w, summary) })
			}
			return page.Write(t.Out, summary)
		}),
	}
}
