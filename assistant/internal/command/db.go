package command

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) db() *cli.Command {
	return &cli.Command{
		Name: "db", Usage: "maintain the store",
		Subcommands: []*cli.Command{
			{
				Name: "migrate", Usage: "bring the store's tables up to date (every other command does it, too)",
				Flags:  []cli.Flag{&cli.BoolFlag{Name: "dry-run", Usage: "only list what would be done"}},
				Action: p.connected(migrate),
			},
			{Name: "status", Usage: "show the versions of the store's tables", Action: p.connected(status)},
			{
				Name:      "backup",
				Usage:     "write a consistent copy of the store to a new file",
				ArgsUsage: "FILE",
				Action:    p.action(backup),
			},
			{
				Name:   "copies",
				Usage:  "list the copies that are kept of a SQLite store: one a day, and before imports and migrations",
				Action: p.connected(listCopies),
			},
			{
				Name: "restore", Usage: "restore the store from a backup", ArgsUsage: "FILE",
				Description: "FILE is what db backup wrote, or one of db copies. The present content is kept as a copy first.",
				Flags:       []cli.Flag{yes()},
				Action:      p.connected(restoreStore),
			},
			{
				Name: "copy", Usage: "copy everything from one store into another and compare them",
				Description: "Copies what differs, so a copy that was interrupted continues when it is started again, " +
					"and a second copy changes\n" +
					"nothing. What was changed or removed in the other store since stays so, and the exit code is 3:\n" +
					"--overwrite replaces it, --keep leaves it, both with the exit code 0.",
				Flags: append(
					transferFlags(),
					&cli.StringFlag{
						Name:    "from",
						EnvVars: []string{"ASSISTANT_COPY_FROM"},
						Usage:   "copy the store `DSN`; that of --store when not given",
					},
					&cli.StringFlag{
						Name:     "to",
						EnvVars:  []string{"ASSISTANT_COPY_TO"},
						Usage:    "write to the store `DSN`",
						Required: true,
					},
				),
				Action: p.withoutStore(copyStore),
			},
			{
				Name: "export", Usage: "write everything to a file, in JSON or CBOR by its name", ArgsUsage: "FILE.json|FILE.cbor",
				Flags:  []cli.Flag{forceFlag()},
				Action: p.action(exportStore),
			},
			{
				Name: "import", Usage: "add everything that db export has written", ArgsUsage: "FILE.json|FILE.cbor",
				Flags:  transferFlags(),
				Action: p.action(importStore),
			},
		},
	}
}

// connected is like action, for commands that look at a store's tables before they are brought up to date.
func (p *program) connected(do func(context.Context, *session) error) cli.ActionFunc {
	within := p.action(do)
	alone := p.adapted(do, func(c *cli.Context) (*session, error) {
		s, err := newSession(c)
		if err != nil {
			return nil, err
		}
		s.dsn, err = storeDSN(c)
		if err != nil || c.Command.Name == "restore" || c.Command.Name == "copies" { // the store may be damaged
			return s, err
		}
		store, err := backend.Connect(c.Context, s.dsn)
		if err != nil {
			return nil, err
		}
		return s.with(store, store.Close), nil
	})
	return func(c *cli.Context) error {
		if p.shared(c) {
			return within(c)
		}
		return alone(c)
	}
}

func migrate(ctx context.Context, s *session) error {
	if s.Bool("dry-run") {
		return pending(ctx, s)
	}
	if err := s.keepBeforeMigration(ctx, s.store); err != nil {
		return err
	}
	names, err := s.store.Migrate(ctx)
	if err != nil {
		return err
	}
	text := "nothing to do"
	if len(names) > 0 {
		text = "applied " + strings.Join(names, ", ")
	}
	return s.view.Message(text, map[string][]string{"applied": append([]string{}, names...)})
}

// pending shows the migrations that have not been applied.
func pending(ctx context.Context, s *session) error {
	states, err := s.store.Migrations(ctx)
	if err != nil {
		return err
	}
	list := []view.Migration{}
	for _, state := range states {
		if !state.Applied {
			list = append(list, view.Migration{Name: state.Name})
		}
	}
	return s.view.Migrations(list)
}

func status(ctx context.Context, s *session) error {
	states, err := s.store.Migrations(ctx)
	if err != nil {
		return err
	}
	var list []view.Migration
	for _, state := range states {
		list = append(list, view.Migration{Name: state.Name, Applied: state.Applied})
	}
	if file := sqliteFile(s.dsn); file != "" {
		s.terminal.Notef("%s", s.lang.Sprintf("the store is the file %s", file))
	}
	return s.view.Migrations(list)
}

func backup(ctx context.Context, s *session) error {
	file := s.Args().First()
	err := s.store.Backup(ctx, file)
	if errors.Is(err, fs.ErrNotExist) {
		return console.Errorf(console.NotFound, "check the path", "back up to %s: no such directory", file)
	}
	if errors.Is(err, errors.ErrUnsupported) {
		return &console.Error{
			Code: console.Failed, Name: "unsupported", Hint: "use pg_dump or mongodump, or assistant db export FILE.json",
			Err: errors.New("the store is on a server, which backs it up itself"),
		}
	}
	if err != nil {
		return err
	}
	return s.view.Message(s.lang.Sprintf("backup written to %s", file), map[string]string{"backup": file})
}

func (p *program) cache() *cli.Command {
	return &cli.Command{
		Name: "cache", Usage: "inspect the cache that --cache names",
		Subcommands: []*cli.Command{
			{
				Name:   "info",
				Usage:  "show how many answers came from the cache and how many are in it",
				Action: p.action(cacheInfo),
			},
		},
	}
}

func cacheInfo(ctx context.Context, s *session) error {
	cache, ok := s.store.(*backend.Cached)
	if !ok {
		return console.Errorf(
			console.Usage,
			"name it with --cache redis://HOST:PORT/0 or ASSISTANT_CACHE",
			"there is no cache",
		)
	}
	infos, err := cache.Info(ctx)
	if err != nil {
		return console.Errorf(console.Failed, "the store answers without it", "the cache does not answer: %w", err)
	}
	var list []view.CacheInfo
	for _, info := range infos {
		list = append(list, view.CacheInfo(info))
	}
	return s.view.CacheInfos(list)
}
