package command

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

func benchCommand() *cli.Command {
	return &cli.Command{
		Name: "bench", Usage: "measure the twelve queries and two reports on this database",
		Description: "Runs each query, a student's record and a group's term table with ids drawn from the " +
			"database; the times, in milliseconds, are those of a single call in this process.",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "calls", Value: 200, Usage: "run each query `N` times"},
			console.FormatFlag(),
		},
		Action: onSchool().Action(func(c *cli.Context, school *schooldb.School) error {
			t := console.From(c)
			calls := c.Int("calls")
			if calls < 1 {
				return console.Usagef("at least 1", "--calls: %d is too small", calls)
			}
			draw, err := school.Draw(c.Context, calls)
			if err != nil {
				return err
			}
			table := console.Table{Columns: []string{"query", "median_ms", "p99_ms", "max_ms", "rows"}}
			for _, m := range measured(c.Context, school) {
				var times []time.Duration
				rows := 0
				for _, p := range draw {
					begin := time.Now()
					n, err := m.call(p)
					times = append(times, time.Since(begin))
					if err != nil {
						return err
					}
					rows = max(rows, n)
				}
				slices.Sort(times)
				table.Rows = append(table.Rows, []any{
					m.name, milliseconds(times[len(times)/2]), milliseconds(times[len(times)*99/100]),
					milliseconds(times[len(times)-1]), rows,
				})
			}
			return t.Table(table)
		}),
	}
}

// measurement is something that is called many times, and returns how many rows it has read.
type measurement struct {
	name string
	call func(schooldb.Parameters) (int, error)
}

// measured returns the twelve queries, a student's record and a group's term table.
func measured(ctx context.Context, school *schooldb.School) []measurement {
	var all []measurement
	for _, q := range schooldb.Queries() {
		all = append(all, measurement{q.Name, func(p schooldb.Parameters) (int, error) {
			answer, err := school.Ask(ctx, &q, p.For(&q))
			return len(answer), err
		}})
	}
	return append(all,
		measurement{"student-record", func(p schooldb.Parameters) (int, error) {
			record, err := school.StudentRecord(ctx, p.Student, schooldb.Period{})
			if err != nil {
				return 0, err
			}
			return int(record.Mean.Count), nil
		}},
		measurement{"term-table", func(p schooldb.Parameters) (int, error) {
			table, err := school.TermTable(ctx, p.Group, schooldb.Period{})
			if err != nil {
				return 0, err
			}
			return len(table.Students), nil
		}})
}

// milliseconds is a time with three decimals.
func milliseconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()*1000) }
