package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/transfer"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// withoutStore is action for commands that open stores themselves.
func (p *program) withoutStore(do func(context.Context, *session) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		s, err := newSession(c)
		if err != nil {
			return failure(err)
		}
		return failure(do(c.Context, s))
	}
}

func copyStore(ctx context.Context, s *session) (err error) {
	source := s.String("from")
	if source == "" {
		if source, err = storeDSN(s.Context); err != nil {
			return err
		}
	}
	if source == s.String("to") {
		return console.Errorf(console.Usage, "name two stores", "--from and --to are the same store")
	}
	from, err := backend.Open(ctx, source)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := backend.Open(ctx, s.String("to"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	progress := s.terminal.Progress("copied", 0)
	report, err := transfer.Copy(ctx, to, from, func(n int) { progress.Add(int64(n)) })
	progress.Done()
	if err != nil {
		return err
	}
	return s.reportTransfer(report)
}

// reportTransfer shows what was done.
func (s *session) reportTransfer(report transfer.Report) error {
	text := fmt.Sprintf("%d written, %d the same, %d newer there and kept, %d only there", report.Written, report.Same, report.Newer, report.Others)
	if err := s.view.Message(text, report); err != nil {
		return err
	}
	if report.Differences > 0 {
		return console.Errorf(console.Partial, "newer ones were kept; if somebody is still writing, copy again", "contacts and notes that differ: %d", report.Differences)
	}
	return nil
}

func exportStore(ctx context.Context, s *session) error {
	file := s.Args().First()
	progress := s.terminal.Progress("exported", 0)
	count, err := transfer.Export(ctx, s.store, file, func(n int) { progress.Add(int64(n)) })
	progress.Done()
	if err != nil {
		return err
	}
	return s.view.Message(fmt.Sprintf("%d contacts and notes written to %s", count, file), map[string]any{"file": file, "count": count})
}

func importStore(ctx context.Context, s *session) error {
	progress := s.terminal.Progress("imported", 0)
	report, err := transfer.Import(ctx, s.store, s.Args().First(), func(n int) { progress.Add(int64(n)) })
	progress.Done()
	if err != nil {
		return err
	}
	return s.reportTransfer(report)
}
