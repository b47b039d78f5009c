package command

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/shell"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/urfave/cli/v2"
)

// root is the program without a command: an interactive session or, with arguments, a sentence. Words that were
// probably meant to be a command do not open a store.
func (p *program) root(c *cli.Context) error {
	if c.NArg() == 0 {
		return p.action(interactive)(c)
	}
	meant, unknown := console.UnknownCommand(p.app(), c.Args().Slice())
	words := strings.Fields(strings.Join(c.Args().Slice(), " ")) // a sentence may be in quotes
	// Two words, the first of which is nearly a command, are that command with an operand; more words may still be a
	// sentence.
	if len(words) <= 1 || meant && len(words) == 2 {
		return unknown
	}
	return p.action(func(ctx context.Context, s *session) error { return s.sentence(ctx, words, unknown) })(c)
}

// interactive is the program without arguments.
func interactive(ctx context.Context, s *session) error {
	dsn, err := storeDSN(s.Context)
	if err != nil {
		return err
	}
	inner, run := s.inner(dsn)
	app, flags := inner.app(), append([]string{"--store=" + dsn}, s.globalFlags()...)
	sh := &shell.Shell{
		Terminal: s.terminal,
		Run:      run,
		Complete: func(words []string) ([]string, bool) {
			var list []string
			entries, files := console.Complete(app, append(slices.Clone(flags), words...))
			for _, entry := range entries {
				list = append(list, entry.Word)
			}
			return list, files
		},
		Help:  func() error { return s.view.Commands(console.Overview(inner.app())) },
		Prose: prose(app),
		Means: s.means(app),
		Say:   s.lang.Text,
		Names: []string{"help", "exit", "quit", "допомога", "вийти", "вихід"},
	}
	if home, err := os.UserHomeDir(); err == nil {
		sh.Home = home
	}
	for _, c := range app.Commands {
		sh.Names = append(sh.Names, c.Names()...)
	}
	if s.terminal.Interactive() {
		if dir, err := console.StateDir("assistant"); err == nil && atomicfile.MkdirAll(dir, 0o700) == nil {
			sh.History = filepath.Join(dir, "history")
		}
		if err := s.greet(ctx); err != nil {
			return err
		}
	}
	return sh.Serve(ctx)
}

// inner returns the program for the commands of the session, which share its store, and a function that runs one of
// them.
func (s *session) inner(dsn string) (*program, func(context.Context, []string, io.Reader) console.Code) {
	inner := &program{store: s.store, dsn: dsn, shown: &shown{}, lang: s.lang}
	flags := append([]string{"--store=" + dsn}, s.globalFlags()...)
	return inner, func(ctx context.Context, words []string, in io.Reader) console.Code {
		args := append(append([]string{s.App.Name}, flags...), words...)
		streams := console.Streams{In: in, Out: s.terminal.Out, Err: s.terminal.Err}
		return console.Code(console.Run(ctx, inner.app(), args, streams))
	}
}

// globalFlags returns the global flags as they were given, for the commands of the session.
func (s *session) globalFlags() []string {
	var flags []string
	for _, name := range []string{"config", "region", "timezone", "lang", "user", "book"} {
		if value := s.String(name); value != "" {
			flags = append(flags, "--"+name+"="+value)
		}
	}
	if _, known := environmentZone(os.Getenv("TZ")); !known && s.String("timezone") == "" {
		flags = append(flags, "--timezone=UTC") // the warning has already been given
	}
	for _, name := range []string{"json", "quiet", "no-color"} {
		if s.Bool(name) {
			flags = append(flags, "--"+name)
		}
	}
	return flags
}

// greet tells a new user where to begin, and everybody whose birthday it is.
func (s *session) greet(ctx context.Context) error {
	page, err := s.book.Store.ListContacts(ctx, assistant.ContactQuery{Limit: 1})
	if err != nil {
		return err
	}
	if len(page.Contacts) == 0 {
		s.terminal.Notef("%s", s.lang.Text("Welcome. Your address book is empty; two ways to begin:\n\n"+
			"  contact import FILE.vcf\n"+
			"  contact add Леся Українка 067 123 45 67 25.02.1871\n"))
	} else if !s.terminal.Quiet() && !s.terminal.JSON() {
		agenda, err := s.book.Agenda(ctx, s.book.Today(), 7)
		if err != nil {
			return err
		}
		if err := s.view.Agenda(agenda); err != nil {
			return err
		}
	}
	s.terminal.Notef("%s", s.lang.Text("help lists the commands, Tab completes, Ctrl-D ends. (допомога, вийти)"))
	return nil
}

// commandAt returns the command that the first words name, and its path, or nil if they name none.
func commandAt(app *cli.App, words []string) (command *cli.Command, path []string) {
	list := app.Commands
	for _, word := range words {
		i := slices.IndexFunc(list, func(c *cli.Command) bool { return c.HasName(word) })
		if i < 0 {
			break
		}
		command = list[i]
		path, list = append(path, command.Name), command.Subcommands
	}
	return command, path
}

// prose returns a function that says of commands whose operands are a text how many words precede the text.
func prose(app *cli.App) func([]string) (shell.Prose, bool) {
	before := map[string]int{"note add": 0, "note edit": 1, "note append": 1, "search": 0}
	return func(words []string) (shell.Prose, bool) {
		command, path := commandAt(app, words)
		n, ok := before[strings.Join(path, " ")]
		if !ok {
			return shell.Prose{}, false
		}
		flags := append(append([]cli.Flag{}, command.Flags...), app.Flags...)
		return shell.Prose{Words: len(path) + n, TakesValue: func(flag string) bool {
			for _, f := range flags {
				for _, name := range f.Names() {
					if "--"+name == flag {
						_, isBool := f.(*cli.BoolFlag)
						return !isBool
					}
				}
			}
			return false
		}}, true
	}
}

// shared reports whether c uses the store that the session has open.
func (p *program) shared(c *cli.Context) bool {
	dsn, err := storeDSN(c)
	return p.store != nil && err == nil && dsn == p.dsn
}
