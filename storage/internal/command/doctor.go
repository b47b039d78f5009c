package command

import (
	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/doctor"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/server"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name: "doctor", Usage: "check that the store works, and say what is wrong",
		Description: "Stores an output in a scope of its own, finds it again and forgets it.",
		Flags:       []cli.Flag{console.FormatFlag()},
		Action: func(c *cli.Context) error {
			p, err := placeOf(c)
			if err != nil {
				return err
			}
			store, err := p.open(protocol.Patience)
			if err != nil {
				return err
			}
			findings := doctor.Examine(c.Context, store)
			if redis, ok := store.(*server.Store); ok {
				if text, err := redis.ServerInfo(c.Context); err == nil {
					findings = append(findings, doctor.Redis(text)...)
				}
			} else {
				findings = append(findings, doctor.Folder(p.folder)...)
			}
			_ = store.Close()
			return report(c, p, findings)
		},
	}
}

// report prints the findings. A store that does not work is a failure.
func report(c *cli.Context, p place, findings []doctor.Finding) error {
	t := console.From(c)
	table := console.Table{Columns: []string{"check", "state", "finding", "what_to_do"}}
	failed := false
	for _, f := range findings {
		var todo any
		if f.Todo != "" {
			todo = f.Todo
		}
		table.Rows = append(table.Rows, []any{f.Check, string(f.State), f.Text, todo})
		failed = failed || f.State == doctor.Failed
	}
	if p.address == "" {
		t.Notef("%s: the store is the folder %s", name, p.folder)
	}
	if err := t.Table(table); err != nil || !failed {
		return err
	}
	return console.Errorf(console.Failed, "", "the store does not work")
}
