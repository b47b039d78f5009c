package command

import (
	"context"
	"strings"

	"github.com/urfave/cli/v2"
)

func (p *program) imports() *cli.Command {
	return &cli.Command{
		Name: "imports", Usage: "list what was imported when",
		Action: p.action(listImports),
		Subcommands: []*cli.Command{{
			Name: "undo", Usage: "undo an import; what was changed since stays", ArgsUsage: "ID",
			Action: p.action(func(ctx context.Context, s *session) error {
				return s.showUndone(s.book.UndoImport(ctx, s.Args().First()))
			}),
		}},
	}
}

func listImports(ctx context.Context, s *session) error {
	list, err := s.book.Imports(ctx)
	if err != nil {
		return err
	}
	lines := []string{s.lang.Text("nothing was imported")}
	if len(list) > 0 {
		lines = lines[:0]
	}
	for _, i := range list {
		at := i.At.In(s.location()).Format("2006-01-02 15:04")
		lines = append(lines, s.lang.Sprintf("%s  %s  %s: %d added, %d updated", i.ID, at, i.File, i.Added, i.Updated))
	}
	return s.view.Message(strings.Join(lines, "\n"), list)
}
