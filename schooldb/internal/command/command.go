// Package command holds the commands of schooldb. Each reads its flags, calls the library once and prints what it gets.
package command

import (
	"errors"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
	"github.com/pythonweb/goweb/storage"
)

// New returns the program.
func New() *cli.App {
	return console.Describe(&cli.App{
		Name:  "schooldb",
		Usage: "students, groups, subjects, teachers and grades, and twelve questions about them",
		Flags: []cli.Flag{
			&cli.StringFlag{
				Name: "db", Value: "school.db", EnvVars: []string{"SCHOOLDB_DB"},
				Usage: "use the database at `DSN`: a path, sqlite:PATH or a postgres:// URL",
			},
			console.ConfigFlag("schooldb"),
		},
		Commands: []*cli.Command{
			migrateCommand(),
			seedCommand(),
			importCommand(),
			exportCommand(),
			listCommand(),
			addCommand(),
			editCommand(),
			removeCommand(),
			enterCommand(),
			queryCommand(),
			queriesCommand(),
			reportCommand(),
			verifyCommand(),
			benchCommand(),
		},
	}, about())
}

// action is a command that works on a migrated database.
type action func(c *cli.Context, t *console.Terminal, school *schooldb.School) error

// onSchool opens the database for do, and refuses one that has not been migrated.
func onSchool(do action) cli.ActionFunc {
	return func(c *cli.Context) error {
		return withSchool(c, func(school *schooldb.School) error {
			err := school.CheckMigrated(c.Context)
			if errors.Is(err, schooldb.ErrNotMigrated) {
				return console.Errorf(console.Failed, "run: schooldb"+dbFlag(c)+" migrate", "%w", err)
			}
			if err != nil {
				return err
			}
			return do(c, console.From(c), school)
		})
	}
}

// migrateFlag is for commands that may be the first on a database.
func migrateFlag() cli.Flag {
	return &cli.BoolFlag{Name: "migrate", Usage: "make the tables first, if they are not there"}
}

// onSchoolMade is onSchool for a command with migrateFlag: it makes the tables when the user wants it.
func onSchoolMade(do action) cli.ActionFunc {
	return func(c *cli.Context) error {
		t := console.From(c)
		return withSchool(c, func(school *schooldb.School) error {
			err := school.CheckMigrated(c.Context)
			if errors.Is(err, schooldb.ErrNotMigrated) {
				if !c.Bool("migrate") && !t.Interactive() {
					return console.Errorf(console.Failed, "add --migrate, or run: schooldb"+dbFlag(c)+" migrate", "%w", err)
				}
				if err := t.Confirm(c.Bool("migrate"), "%s; make them?", err); err != nil {
					return err
				}
				m, err := school.Migrator()
				if err != nil {
					return err
				}
				if err := up(c, t, m); err != nil {
					return err
				}
			} else if err != nil {
				return err
			}
			return do(c, t, school)
		})
	}
}

// withSchool opens the database and closes it after do.
func withSchool(c *cli.Context, do func(*schooldb.School) error) (err error) {
	school, err := schooldb.Open(c.Context, c.String("db"))
	if err != nil {
		return explain(err)
	}
	defer func() { err = errors.Join(err, school.Close()) }()
	return explain(do(school))
}

// dbFlag returns --db as it has to be repeated in a hint, without what may hold a password.
func dbFlag(c *cli.Context) string {
	db := c.String("db")
	if db == "school.db" {
		return ""
	}
	if dsn, err := storage.DSN(db); err != nil || !strings.HasPrefix(dsn, "sqlite:") {
		return " --db URL"
	}
	return " --db " + quote(db)
}

// usagef is a usage error.
func usagef(hint, format string, args ...any) error {
	return console.Errorf(console.Usage, hint, format, args...)
}

// kindOf returns the kind that word names, one of kinds.
func kindOf(word string, kinds []schooldb.Kind) (schooldb.Kind, error) {
	var names string
	for i, kind := range kinds {
		if word == string(kind) {
			return kind, nil
		}
		if i > 0 {
			names += ", "
		}
		names += string(kind)
	}
	return "", usagef("one of: "+names, "unknown kind %q", word)
}

// id reads an identifier given to a flag or an argument.
func id(what, text string) (int64, error) {
	n, err := schooldb.ParseID(text)
	if err != nil {
		return 0, usagef("an id is a number such as 1", "%s: %q %w", what, text, err)
	}
	return n, nil
}

// quote returns word as a shell reads it back.
func quote(word string) string {
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._:-") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// about is what help and manual page say beside the commands.
func about() console.About {
	return console.About{
		Files: []console.Entry{
			{Word: "school.db", Text: "the database, in the working directory, unless --db or SCHOOLDB_DB names another"},
		},
		Examples: []console.Entry{
			{Word: "schooldb migrate", Text: "make the tables"},
			{Word: "schooldb seed", Text: "invent a school"},
			{Word: "schooldb query top-students", Text: "ask who has the best grades"},
		},
		SeeAlso: []string{"assistant(1)"},
	}
}
