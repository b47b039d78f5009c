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

// onDatabase is for commands that need no tables.
func onDatabase() console.Adaptor[*schooldb.School] { return adaptor(nil) }

// onSchool is for commands that need the tables. It refuses a database without them.
func onSchool() console.Adaptor[*schooldb.School] {
	return adaptor(func(c *cli.Context, _ *schooldb.School, err error) (*schooldb.School, error) {
		return nil, console.Errorf(console.Failed, "run: schooldb"+dbFlag(c)+" migrate", "%w", err)
	})
}

// onNewSchool is onSchool for a command with migrateFlag: it creates the tables if the user agrees. With --dry-run, for
// a database that has none, it creates them in memory.
func onNewSchool() console.Adaptor[*schooldb.School] {
	return adaptor(func(c *cli.Context, school *schooldb.School, err error) (*schooldb.School, error) {
		t := console.From(c)
		if c.Bool("dry-run") {
			switch none, failure := school.Blank(c.Context); {
			case failure != nil:
				return nil, failure
			case !none:
				return nil, console.Errorf(console.Failed, "run: schooldb"+dbFlag(c)+" migrate", "%w", err)
			}
			return blank(c, school)
		}
		if !c.Bool("migrate") && !t.Interactive() {
			return nil, console.Errorf(console.Failed, "add --migrate, or run: schooldb"+dbFlag(c)+" migrate", "%w", err)
		}
		if err := t.Confirm(c.Bool("migrate"), "%s; create or update them?", err); err != nil {
			return nil, err
		}
		return school, up(c, school)
	})
}

// blank returns a school without records, in memory, in place of another one, which it closes.
func blank(c *cli.Context, school *schooldb.School) (*schooldb.School, error) {
	if err := school.Close(); err != nil {
		return nil, err
	}
	memory, err := schooldb.Open(c.Context, "sqlite::memory:")
	if err == nil {
		_, err = memory.Migrate(c.Context)
	}
	return memory, err
}

// unmade is called when there are no tables, or older ones, and returns the school that is used.
type unmade func(*cli.Context, *schooldb.School, error) (*schooldb.School, error)

// adaptor opens the database.
func adaptor(unmade unmade) console.Adaptor[*schooldb.School] {
	open := func(c *cli.Context) (*schooldb.School, error) {
		school, err := schooldb.Open(c.Context, c.String("db"))
		if err != nil || unmade == nil {
			return school, err
		}
		err = school.CheckMigrated(c.Context)
		if errors.Is(err, schooldb.ErrNotMigrated) {
			var made *schooldb.School
			if made, err = unmade(c, school, err); made != nil {
				school = made
			}
		}
		if err != nil {
			return nil, errors.Join(problems().Explain(err), school.Close())
		}
		return school, nil
	}
	return console.Adaptor[*schooldb.School]{Open: open, Close: (*schooldb.School).Close, Problems: problems()}
}

// migrateFlag is for commands that may be the first on a database.
func migrateFlag() cli.Flag {
	return &cli.BoolFlag{Name: "migrate", Usage: "create the tables first, if they are missing"}
}

// dbFlag returns --db as it has to be repeated in a hint, without an address, which may hold a password.
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
	return "", console.Usagef("one of: "+names, "unknown kind %q", word)
}

// id reads an identifier given to a flag or an argument.
func id(what, text string) (int64, error) {
	n, err := schooldb.ParseID(text)
	if err != nil {
		return 0, console.Usagef("an id is a number such as 1", "%s: %q %w", what, text, err)
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

// about is what help and manual page say besides the commands.
func about() console.About {
	return console.About{
		Files: []console.Entry{
			{Word: "school.db", Text: "the database, in the working directory, unless --db or SCHOOLDB_DB names another"},
		},
		Examples: []console.Entry{
			{Word: "schooldb migrate", Text: "create the tables"},
			{Word: "schooldb seed", Text: "fill it with an invented school"},
			{Word: "schooldb query top-students", Text: "list the students with the best grades"},
		},
		SeeAlso: []string{"assistant(1)"},
	}
}
