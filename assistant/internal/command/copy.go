package command

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/transfer"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// withoutStore is like action, for commands that open stores themselves.
func (p *program) withoutStore(do func(context.Context, *session) error) cli.ActionFunc {
	return p.adapted(do, newSession)
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
	if s.Bool("overwrite") && s.Bool("keep") {
		return console.Errorf(console.Usage, s.lang.Text("use only one of them"), "--overwrite and --keep")
	}
	// A mistyped name must not create an empty store.
	if file, ok := strings.CutPrefix(homely(source), "sqlite:"); ok {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return console.Errorf(
				console.NotFound,
				s.lang.Text("check the path"),
				"%s",
				s.lang.Sprintf("there is no store %s", file),
			)
		}
	}
	from, err := backend.Open(ctx, homely(source))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := s.openStore(ctx, homely(s.String("to")))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	progress := s.terminal.Progress("copied", 0)
	report, err := transfer.CopyAll(ctx, to, from, s.transferOptions(progress))
	progress.Done()
	if err != nil {
		return err
	}
	return s.reportTransfer(report)
}

func (s *session) transferOptions(progress *console.Progress) transfer.Options {
	return transfer.Options{
		Overwrite: s.Bool("overwrite"), Keep: s.Bool("keep"),
		Progress: func(n int) { progress.Add(int64(n)) },
	}
}

// transferFlags returns the flags that say what happens to what differs in the target.
func transferFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "overwrite", Usage: "overwrite what differs in the target, whoever changed it"},
		&cli.BoolFlag{Name: "keep", Usage: "keep what differs in the target, and exit with 0"},
	}
}

// reportTransfer shows what was done.
func (s *session) reportTransfer(report transfer.Report) error {
	text := s.lang.Sprintf(
		"%d written, %d the same, %d newer there and kept, %d only there",
		report.Written,
		report.Same,
		report.Newer,
		report.Others,
	)
	if report.Removed > 0 {
		text += s.lang.Count(report.Removed, ", %d removed there|, %d removed there")
	}
	if report.Conflicts > 0 {
		text += s.lang.Count(report.Conflicts, ", %d conflict|, %d conflicts")
	}
	if err := s.view.Message(text, report); err != nil {
		return err
	}
	if report.Differences > 0 && !s.Bool("keep") && !s.Bool("overwrite") {
		return console.Errorf(
			console.Partial,
			s.lang.Text(
				"what differs there was kept: --overwrite replaces it, --keep leaves it; "+
					"if somebody is still writing, copy again",
			),
			"%s",
			s.lang.Sprintf("contacts and notes that differ: %d", report.Differences),
		)
	}
	return nil
}

func exportStore(ctx context.Context, s *session) error {
	file := s.Args().First()
	if _, err := os.Lstat(file); err == nil && !s.Bool("force") && !isSpecial(file) {
		return s.exists(file)
	}
	progress := s.terminal.Progress("exported", 0)
	count, err := transfer.Export(ctx, s.store, file, func(n int) { progress.Add(int64(n)) })
	progress.Done()
	if err != nil {
		return err
	}
	return s.view.Message(
		s.lang.Count(count, "%[1]d contact or note written to %[2]s|%[1]d contacts and notes written to %[2]s", file),
		map[string]any{"file": file, "count": count},
	)
}

func importStore(ctx context.Context, s *session) error {
	if s.Bool("overwrite") && s.Bool("keep") {
		return console.Errorf(console.Usage, s.lang.Text("use only one of them"), "--overwrite and --keep")
	}
	if err := s.keepDaily(ctx, true); err != nil {
		return err
	}
	progress := s.terminal.Progress("imported", 0)
	options := s.transferOptions(progress)
	options.Book = s.book.Store
	owner, err := backend.Owner(ctx, s.store, s.String("user"))
	if err != nil {
		return err
	}
	options.Owner = owner
	report, err := transfer.Import(ctx, s.store, s.Args().First(), options)
	progress.Done()
	if err != nil {
		return err
	}
	return s.reportTransfer(report)
}
