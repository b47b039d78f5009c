// Package command is the command line of the assistant. A command reads its flags, calls one method of
// [assistant.Book], and hands the result to a [view.View]; it does not know how that is displayed.
package command

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// New returns the command line of the program assistant.
func New() *cli.App {
	return (&program{lang: startLanguage(os.Args)}).app()
}

// startLanguage returns the language of --lang or of the environment, for what is printed before the command line is
// parsed.
func startLanguage(args []string) catalog.Language {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--lang="); ok {
			return catalog.New(value)
		}
		if arg == "--lang" && i+1 < len(args) {
			return catalog.New(args[i+1])
		}
	}
	if name := os.Getenv("ASSISTANT_LANG"); name != "" {
		return catalog.New(name)
	}
	return catalog.FromEnvironment(os.Getenv)
}

// program is what the commands of one command line share.
type program struct {
	// store is already open when the command line is one of an interactive session, and nil otherwise.
	store backend.Store
	dsn   string           // of store
	shown *shown           // the last list of the session
	lang  catalog.Language // of the help texts
}

func (p *program) app() *cli.App {
	app := &cli.App{
		Name:  "assistant",
		Usage: "keep contacts, birthdays and notes",
		Description: "Without a command the assistant is an interactive console, " +
			"in which every line is a command without the word assistant.\n" +
			"The data is in one file of your data directory, or in the store that --store names: " +
			"sqlite:PATH, postgres://USER@HOST/DATABASE\n" +
			"or mongodb://USER@HOST/DATABASE.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "store", EnvVars: []string{"ASSISTANT_STORE"}, Usage: "keep the data in the store `DSN`"},
			&cli.StringFlag{
				Name: "cache", EnvVars: []string{"ASSISTANT_CACHE"},
				Usage: "cache answers in the Redis at `URL`, redis://HOST:PORT/0, for all assistants that share it",
			},
			&cli.StringFlag{
				Name: "region", EnvVars: []string{"ASSISTANT_REGION"},
				Usage: "phone numbers without a country code are in the country `CODE`, UA when not given",
			},
			&cli.StringFlag{
				Name: "timezone", EnvVars: []string{"ASSISTANT_TIMEZONE"},
				Usage: "a day begins at midnight in `ZONE`, such as Europe/Kyiv; the computer's when not given",
			},
			&cli.StringFlag{
				Name: "lang", EnvVars: []string{"ASSISTANT_LANG"},
				Usage: "speak `en|uk`; as LANG says when not given",
			},
			&cli.StringFlag{
				Name: "user", EnvVars: []string{"ASSISTANT_USER"},
				Usage: "work on the address book of the account `NAME`; of the first one when not given",
			},
			&cli.StringFlag{
				Name: "book", EnvVars: []string{"ASSISTANT_BOOK"},
				Usage: "work on the address book `NAME` of the account, see book list; on its first one when not given",
			},
			console.ConfigFlag("assistant"),
		},
		Commands: []*cli.Command{
			p.contact(),
			p.search(),
			p.birthdays(),
			p.today(),
			p.remind(),
			p.note(),
			p.show(),
			p.serve(),
			p.healthcheck(),
			p.user(),
			p.books(),
			p.undo(),
			p.calendar(),
			p.db(),
			p.cache(),
		},
	}
	if p.store == nil {
		app.Action, app.ArgsUsage = p.root, "[SENTENCE...]"
	}
	return console.Describe(localised(app, p.lang), about(p.lang))
}

// action turns a function that works with an address book into that of a command. Every error gets its exit code here.
func (p *program) action(do func(context.Context, *session) error) cli.ActionFunc {
	return p.opened(do, (*session).pickBook)
}

// opened opens the store for a command, and picks the address book that it works on.
func (p *program) opened(do func(context.Context, *session) error, pick func(*session) error) cli.ActionFunc {
	return p.adapted(do, func(c *cli.Context) (*session, error) {
		s, err := p.open(c)
		if err != nil {
			return nil, err
		}
		if err := pick(s); err != nil {
			return nil, errors.Join(err, s.close())
		}
		return s, nil
	})
}

// adapted turns a function that works with a session into that of a command.
func (p *program) adapted(
	do func(context.Context, *session) error, open func(*cli.Context) (*session, error),
) cli.ActionFunc {
	return func(c *cli.Context) error {
		adaptor := console.Adaptor[*session]{Open: open, Close: (*session).end, Problems: p.problems(c)}
		return adaptor.Action(func(c *cli.Context, s *session) error { return s.told(do(c.Context, s)) })(c)
	}
}

// end saves the last list and closes what the session has opened.
func (s *session) end() error {
	if s.shown != nil {
		s.shown.save()
	}
	if s.close == nil {
		return nil
	}
	return s.close()
}

// about is what help and manual page say besides the commands.
func about(lang catalog.Language) console.About {
	return console.About{
		Say: lang.Message,
		Files: []console.Entry{
			{Word: "~/.local/share/assistant/assistant.db", Text: "contacts and notes, unless --store names another store"},
			{Word: "~/.local/state/assistant/history", Text: "the lines typed at the prompt"},
		},
		Examples: []console.Entry{
			{Word: "assistant contact import friends.vcf", Text: "import the contacts of another program"},
			{Word: "assistant birthdays", Text: "who has a birthday in the coming days"},
			{Word: "assistant db backup copy.db", Text: "back everything up; --store sqlite:copy.db reads it"},
		},
		SeeAlso: []string{"lanchat(1)", "schooldb(1)"},
	}
}

// localised translates the help texts into a language.
func localised(app *cli.App, lang catalog.Language) *cli.App {
	app.Usage, app.Description = lang.Text(app.Usage), lang.Text(app.Description)
	var commands func([]*cli.Command)
	flags := func(list []cli.Flag) {
		for _, f := range list {
			switch f := f.(type) {
			case *cli.StringFlag:
				f.Usage = lang.Text(f.Usage)
			case *cli.StringSliceFlag:
				f.Usage = lang.Text(f.Usage)
			case *cli.BoolFlag:
				f.Usage = lang.Text(f.Usage)
			case *cli.IntFlag:
				f.Usage = lang.Text(f.Usage)
			case *cli.Int64Flag:
				f.Usage = lang.Text(f.Usage)
			case *cli.DurationFlag:
				f.Usage = lang.Text(f.Usage)
			}
		}
	}
	commands = func(list []*cli.Command) {
		for _, c := range list {
			c.Usage, c.Description = lang.Text(c.Usage), lang.Text(c.Description)
			flags(c.Flags)
			commands(c.Subcommands)
		}
	}
	flags(app.Flags)
	commands(app.Commands)
	return app
}
