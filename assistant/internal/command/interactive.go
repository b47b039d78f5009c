package command

import (
	"context"
	"io"
	"path/filepath"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/shell"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// interactive is the program without a command.
func interactive(ctx context.Context, s *session) error {
	dsn, err := storeDSN(s.Context)
	if err != nil {
		return err
	}
	inner := &program{store: s.store, dsn: dsn}
	flags := append([]string{"--store=" + dsn}, s.globalFlags()...)
	sh := &shell.Shell{
		Terminal: s.terminal,
		Run: func(ctx context.Context, words []string, in io.Reader) console.Code {
			args := append(append([]string{s.App.Name}, flags...), words...)
			streams := console.Streams{In: in, Out: s.terminal.Out, Err: s.terminal.Err}
			return console.Code(console.Run(ctx, inner.app(), args, streams))
		},
		Complete: func(words []string) []string {
			var list []string
			entries, _ := console.Complete(inner.app(), words)
			for _, entry := range entries {
				list = append(list, entry.Word)
			}
			return list
		},
		Help:  func() error { return s.view.Commands(console.Overview(inner.app())) },
		Names: []string{"help", "exit", "quit", "допомога", "вийти", "вихід"},
	}
	for _, c := range inner.app().Commands {
		sh.Names = append(sh.Names, c.Names()...)
	}
	if s.terminal.Interactive() {
		if dir, err := userDir("XDG_STATE_HOME", ".local/state"); err == nil {
			sh.History = filepath.Join(dir, "history")
		}
		if err := s.greet(ctx); err != nil {
			return err
		}
	}
	return sh.Serve(ctx)
}

// globalFlags returns the flags of the program as they were given, for the commands of the session.
func (s *session) globalFlags() []string {
	var flags []string
	for _, name := range []string{"config", "region", "timezone"} {
		if value := s.String(name); value != "" {
			flags = append(flags, "--"+name+"="+value)
		}
	}
	for _, name := range []string{"json", "quiet", "no-color"} {
		if s.Bool(name) {
			flags = append(flags, "--"+name)
		}
	}
	return flags
}

// greet tells a newcomer where to begin, and everybody whose birthday it is.
func (s *session) greet(ctx context.Context) error {
	page, err := s.store.ListContacts(ctx, assistant.ContactQuery{Limit: 1})
	if err != nil {
		return err
	}
	if len(page.Contacts) == 0 {
		s.terminal.Notef("Welcome. Your address book is empty; two ways to begin:\n\n" +
			"  contact import FILE.vcf\n" +
			"  contact add --name \"Леся Українка\" --phone \"067 123 45 67\" --birthday 1871-02-25\n")
	} else if list, err := s.book.Birthdays(ctx, s.book.Today(), 7); err != nil {
		return err
	} else if len(list) > 0 && !s.terminal.Quiet() && !s.terminal.JSON() {
		if err := s.view.Birthdays(s.book.Today(), list); err != nil {
			return err
		}
	}
	s.terminal.Notef("help lists the commands, Tab completes, Ctrl-D ends. (допомога, вийти)")
	return nil
}

// shared reports whether c means the store that the session has open.
func (p *program) shared(c *cli.Context) bool {
	dsn, err := storeDSN(c)
	return p.store != nil && err == nil && dsn == p.dsn
}
