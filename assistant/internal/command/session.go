package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/catalog"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/urfave/cli/v2"
)

// session is what one command works with.
type session struct {
	*cli.Context
	terminal *console.Terminal
	view     view.View
	book     *assistant.Book
	store    backend.Store
	close    func() error
	dsn      string // of the store
	lang     catalog.Language
	shown    *shown // the last list; nil if nothing needs numbers
	within   bool   // the command is run in an interactive session
}

// open opens the store that the flags name.
func (p *program) open(c *cli.Context) (*session, error) {
	s, err := newSession(c)
	if err != nil {
		return nil, err
	}
	if err := s.checkWords(); err != nil {
		return nil, err
	}
	if p.shared(c) {
		s.dsn = p.dsn
		s.shown, s.within = p.shown, true
		s.view = view.For(s.terminal, s.book.Location, s.lang, true)
		return s.with(p.store, func() error { return nil }), nil
	}
	dsn, err := storeDSN(c)
	if err != nil {
		return nil, err
	}
	if s.terminal.Interactive() {
		s.shown = &shown{file: lastList(dsn)}
		s.shown.load()
		s.view = view.For(s.terminal, s.book.Location, s.lang, true)
	}
	store, err := s.openStore(c.Context, dsn)
	if err != nil {
		return nil, err
	}
	if url := c.String("cache"); url != "" {
		behind, err := backend.WithCache(store, url)
		if err != nil {
			return nil, errors.Join(err, store.Close())
		}
		store = behind
	}
	return s.with(store, store.Close), nil
}

// newSession checks the flags that all commands have in common.
func newSession(c *cli.Context) (*session, error) {
	t := console.From(c)
	lang, err := language(c)
	if err != nil {
		return nil, err
	}
	if t.JSON() {
		lang = catalog.Language{} // what programs read is the same in every language
	}
	location, known := environmentZone(os.Getenv("TZ"))
	if zone := c.String("timezone"); zone != "" {
		if location, known = loadZone(zone); !known {
			return nil, console.Errorf(console.Usage, "write it as Europe/Kyiv or UTC", "unknown time zone %q", zone)
		}
	} else if !known {
		t.Warnf(lang.Text("unknown time zone %q in TZ, so days are those of UTC (write it as Europe/Kyiv)"), os.Getenv("TZ"))
	}
	region := c.String("region")
	if region != "" {
		if err := assistant.CheckRegion(region); err != nil {
			return nil, err
		}
	}
	return &session{
		Context: c, terminal: t, view: view.For(t, location, lang, false), lang: lang,
		book: &assistant.Book{Region: region, Location: location, Order: dayOrder(catalog.Locale(os.Getenv))},
	}, nil
}

// language returns the language of --lang or of the environment.
func language(c *cli.Context) (catalog.Language, error) {
	name := c.String("lang")
	if name == "" {
		return catalog.FromEnvironment(os.Getenv), nil
	}
	if !slices.Contains(catalog.Names(), name) {
		return catalog.Language{}, console.Errorf(console.Usage, "en or uk", "unknown language %q", name)
	}
	return catalog.New(name), nil
}

// dayOrder returns the order in which people of a locale write dates with slashes; it is unknown for the locale C.
func dayOrder(locale string) assistant.DayOrder {
	switch name, _, _ := strings.Cut(locale, "."); name {
	case "", "C", "POSIX":
		return assistant.DayUnknown
	case "en_US", "en_PH", "en":
		return assistant.MonthFirst
	}
	return assistant.DayFirst
}

// checkWords refuses arguments that are not UTF-8, unless they name files.
func (s *session) checkWords() error {
	switch s.Command.Name {
	case "import", "export", "backup", "restore":
		return nil
	}
	return assistant.CheckTexts("text", s.Args().Slice()...)
}

func (s *session) with(store backend.Store, closeStore func() error) *session {
	s.store, s.book.Store, s.close = store, store, closeStore
	return s
}

// storeDSN returns the store that the user named, or else a SQLite file in the XDG data directory
// (https://specifications.freedesktop.org/basedir-spec), which is created accessible to this user only.
func storeDSN(c *cli.Context) (string, error) {
	if dsn := c.String("store"); dsn != "" {
		return homely(dsn), nil
	}
	dir, err := console.DataDir("assistant")
	if err != nil {
		return "", err
	}
	if err := atomicfile.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create the data directory: %w", err)
	}
	return "sqlite:" + filepath.Join(dir, "assistant.db"), nil
}

// homely replaces ~ by the home directory in sqlite:~/FILE, where no shell has done so.
func homely(dsn string) string {
	if rest, ok := strings.CutPrefix(dsn, "sqlite:~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return "sqlite:" + filepath.Join(home, rest)
		}
	}
	return dsn
}

// words joins the arguments from the n-th on, as if they had been quoted.
func (s *session) words(n int) string {
	if s.NArg() <= n {
		return ""
	}
	return strings.Join(s.Args().Slice()[n:], " ")
}

// text returns the value of a flag, or nil if it was not given.
func (s *session) text(flag string) *string {
	if !s.IsSet(flag) {
		return nil
	}
	value := s.String(flag)
	return &value
}

// list returns the values of a flag, or nil if it was not given.
func (s *session) list(flag string) []string {
	if !s.IsSet(flag) {
		return nil
	}
	return s.StringSlice(flag)
}

// changes returns the changes of a list that the flags describe: --NAME replaces it, --add-NAME and --rm-NAME change
// it.
func (s *session) changes(flag string) assistant.ListInput {
	return assistant.ListInput{Replace: s.list(flag), Add: s.list("add-" + flag), Remove: s.list("rm-" + flag)}
}

// number returns the value of a flag, or nil if it was not given.
func (s *session) number(flag string) *int {
	if !s.IsSet(flag) {
		return nil
	}
	value := s.Int(flag)
	return &value
}

// sorted returns the value of --sort, which must be one of orders.
func (s *session) sorted(orders ...assistant.Sort) (assistant.Sort, error) {
	value := assistant.Sort(s.String("sort"))
	names := make([]string, len(orders))
	for i, order := range orders {
		if value == order {
			return value, nil
		}
		names[i] = string(order)
	}
	return "", console.Errorf(console.Usage, strings.Join(names, ", "), "unknown order %q", value)
}

// ended reports whether err ends the command itself rather than one item of it.
func ended(ctx context.Context, err error) bool {
	return errors.Is(err, context.Canceled) || ctx.Err() != nil
}
