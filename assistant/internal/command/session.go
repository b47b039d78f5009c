package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/console"
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
}

// open opens the store that the flags name.
func (p *program) open(c *cli.Context) (*session, error) {
	s, err := newSession(c)
	if err != nil {
		return nil, err
	}
	if p.shared(c) {
		return s.with(p.store, func() error { return nil }), nil
	}
	dsn, err := storeDSN(c)
	if err != nil {
		return nil, err
	}
	store, err := backend.Open(c.Context, dsn)
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

// newSession checks the flags that all commands have.
func newSession(c *cli.Context) (*session, error) {
	location := time.Local
	if zone := c.String("timezone"); zone != "" {
		var err error
		if location, err = time.LoadLocation(zone); err != nil {
			return nil, console.Errorf(console.Usage, "write it as Europe/Kyiv or UTC", "no time zone %q", zone)
		}
	}
	region := c.String("region")
	if region != "" {
		if err := assistant.CheckRegion(region); err != nil {
			return nil, err
		}
	}
	t := console.From(c)
	return &session{
		Context: c, terminal: t, view: view.For(t, location),
		book: &assistant.Book{Region: region, Location: location},
	}, nil
}

func (s *session) with(store backend.Store, closeStore func() error) *session {
	s.store, s.book.Store, s.close = store, store, closeStore
	return s
}

// storeDSN returns the store that the user named, else a SQLite file in the XDG data directory
// (https://specifications.freedesktop.org/basedir-spec), which is created for this user alone.
func storeDSN(c *cli.Context) (string, error) {
	if dsn := c.String("store"); dsn != "" {
		return dsn, nil
	}
	dir, err := userDir("XDG_DATA_HOME", ".local/share")
	if err != nil {
		return "", err
	}
	return "sqlite:" + filepath.Join(dir, "assistant.db"), nil
}

// userDir returns the assistant's directory under the one that a variable names, or under home. It is created.
func userDir(variable, fallback string) (string, error) {
	// The specification says that a path which is not absolute is ignored.
	dir := os.Getenv(variable)
	if !filepath.IsAbs(dir) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", console.Errorf(console.Failed, "set HOME, or name the store with --store", "no home directory: %w", err)
		}
		dir = filepath.Join(home, fallback)
	}
	dir = filepath.Join(dir, "assistant")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create the data directory: %w", err)
	}
	return dir, nil
}

// words joins the arguments from the n-th on, as they would stand in quotes.
func (s *session) words(n int) string {
	if s.NArg() <= n {
		return ""
	}
	return strings.Join(s.Args().Slice()[n:], " ")
}

// text returns the value of a flag, nil when it was not given.
func (s *session) text(flag string) *string {
	if !s.IsSet(flag) {
		return nil
	}
	value := s.String(flag)
	return &value
}

// list returns the values of a flag, nil when it was not given.
func (s *session) list(flag string) []string {
	if !s.IsSet(flag) {
		return nil
	}
	return s.StringSlice(flag)
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

// ended reports whether err is the end of the command itself rather than of one item.
func ended(ctx context.Context, err error) bool {
	return errors.Is(err, context.Canceled) || ctx.Err() != nil
}
