package command

import (
	"fmt"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func benchCommand() *cli.Command {
	return &cli.Command{
		Name: "bench", Usage: "measure the twelve queries on this database",
		Description: "Each query is asked with ids drawn from the database; the times, in milliseconds, are those of a single call in this process.",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "calls", Value: 200, Usage: "ask each query `N` times"},
			console.FormatFlag(),
		},
		Action: onSchool(func(c *cli.Context, t *console.Terminal, school *schooldb.School) error {
			calls := c.Int("calls")
			if calls < 1 {
				return usagef("at least 1", "--calls: %d is too small", calls)
			}
			draw, err := school.Draw(c.Context, calls)
			if err != nil {
				return err
			}
			table := console.Table{Columns: []string{"query", "median_ms", "p99_ms", "max_ms", "rows"}}
			for _, q := range schooldb.Queries() {
				var times []time.Duration
				rows := 0
				for i := range calls {
					p := draw[i].For(&q)
					begin := time.Now()
					answer, err := school.Ask(c.Context, &q, p)
					times = append(times, time.Since(begin))
					if err != nil {
						return err
					}
					rows = max(rows, len(answer))
				}
				slices.Sort(times)
				table.Rows = append(table.Rows, []any{
					q.Name, milliseconds(times[len(times)/2]), milliseconds(times[len(times)*99/100]), milliseconds(times[len(times)-1]), rows,
				})
			}
			return t.Table(table)
		}),
	}
}

// milliseconds is a time with three decimals.
func milliseconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()*1000) }
