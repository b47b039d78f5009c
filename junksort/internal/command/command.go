// Package command is the command line of junksort.
package command

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort"
	"github.com/pythonweb/goweb/junksort/internal/measure"
)

// memoryLimit is where the garbage collector begins to work harder, in bytes: with it a million files take less than 48
// MiB, the program itself included.
const memoryLimit = 37 << 20

// New returns the program. It also sets the process's memory limit, unless GOMEMLIMIT does.
func New() *cli.App {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	return console.Describe(&cli.App{
		Name:  "junksort",
		Usage: "sort a junk folder, in parallel, and never lose a file",
		Commands: []*cli.Command{
			sortCommand(), applyCommand(), rulesCommand(), renameCommand(), undoCommand(), resumeCommand(), historyCommand(),
			forgetCommand(), watchCommand(),
		},
	}, about())
}

func sortCommand() *cli.Command {
	return &cli.Command{
		Name: "sort", Usage: "sort the files of a folder and its subfolders", ArgsUsage: "DIR",
		Flags: append(sortFlags("0s"),
			&cli.BoolFlag{Name: "dry-run", Usage: "only print what would be done"},
			&cli.BoolFlag{
				Name: "yes", Aliases: []string{"y"},
				Usage: "do not ask before a first run or many files",
			},
			&cli.StringFlag{Name: "plan", Usage: "only write what would be done to `FILE`, for junksort apply", TakesFile: true},
		),
		Action: sortAction,
	}
}

// sortFlags are the flags that say how to sort.
func sortFlags(minAge string) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "to", Usage: "sort into `DEST` instead of DIR itself", TakesFile: true},
		byFlag(),
		&cli.StringFlag{Name: "engine", Value: string(junksort.Pool), Usage: "use the engine `pool|async`"},
		&cli.IntFlag{Name: "workers", Usage: "use `N` workers (default: one per processor)"},
		renameFlag(),
		&cli.BoolFlag{Name: "unpack", Usage: "unpack archives into folders next to them"},
		&cli.StringFlag{
			Name:  "max-unpacked",
			Usage: "leave archives that would unpack to more than `BYTES`, or with K, M, G (default: 8G)",
		},
		&cli.IntFlag{Name: "max-entries", Usage: "leave archives of more than `N` entries (default: 100000)"},
		&cli.Int64Flag{Name: "max-ratio", Usage: "leave archives that would grow more than `N`-fold (default: 100)"},
		&cli.StringFlag{
			Name:  passwordName,
			Usage: "read the password of archives from `FILE` (default: ask on a terminal)", TakesFile: true,
		},
		&cli.StringFlag{
			Name:  "encoding",
			Usage: "decode names in zips as `cp437|cp866|cp1251|utf-8` (default: detect)",
		},
		&cli.StringFlag{
			Name: "on-conflict", Value: string(junksort.Rename),
			Usage: "when a name is taken: `rename|skip|newer|larger|dedupe`",
		},
		durableFlag(),
		configFlag(),
		includeFlag(),
		excludeFlag(),
		&cli.StringFlag{Name: "min-age", Value: minAge, Usage: "leave files modified less than `D` ago (90s, 3d, 2w)"},
		depthFlag(),
		hiddenFlag(),
		forceFlag(),
		&cli.BoolFlag{
			Name:  "lossy",
			Usage: "move files to other disks even if owner, times or attributes cannot be kept there, and report what is lost",
		},
		&cli.BoolFlag{
			Name:  "portable",
			Usage: "change names that Windows disks cannot hold or that differ only in case or Unicode form",
		},
		&cli.BoolFlag{
			Name:  "relink",
			Usage: "rewrite relative links inside the folder that a move would break (default: report them)",
		},
	}
}

func byFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "by", Value: string(junksort.ByCategory),
		Usage: "make folders by `category|extension`",
	}
}

func renameFlag() cli.Flag {
	return &cli.BoolFlag{Name: "rename", Usage: "transliterate Ukrainian names (resolution 55 of 2010)"}
}

func includeFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "include", Usage: "sort only what matches `GLOB`"}
}

func excludeFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "exclude", Usage: "leave what matches `GLOB`"}
}

func depthFlag() cli.Flag {
	return &cli.IntFlag{
		Name:  "depth",
		Usage: "sort only what lies at most `N` folders deep; 1 means DIR's own files (default: all)",
	}
}

func hiddenFlag() cli.Flag {
	return &cli.BoolFlag{Name: "hidden", Usage: "sort hidden files and folders too"}
}

func forceFlag() cli.Flag {
	return &cli.BoolFlag{
		Name:  "force",
		Usage: "sort even what is not a junk folder: a home, a system folder, a working copy",
	}
}

func durableFlag() cli.Flag {
	return &cli.BoolFlag{Name: "durable", Usage: "survive a power failure: flush the journal to disk before files move"}
}

// depth reads how deep to go.
func depth(c *cli.Context) (int, error) {
	n := c.Int("depth")
	if c.IsSet("depth") && n < 1 {
		return 0, console.Usagef("", "--depth %d: must be at least 1, the folder's own files", n)
	}
	return n, nil
}

// duration reads the time that a flag says.
func duration(flag, text string) (time.Duration, error) {
	d, err := measure.Duration(text)
	if err != nil {
		return 0, console.Usagef("", "--%s %s", flag, err)
	}
	return d, nil
}

func optionsOf(c *cli.Context) (junksort.Options, error) {
	o := junksort.Options{
		To: c.String("to"), By: junksort.By(c.String("by")), Engine: junksort.EngineName(c.String("engine")),
		Workers: c.Int("workers"), OnConflict: junksort.Conflict(c.String("on-conflict")), Transliterate: c.Bool("rename"),
		Unpack: c.Bool("unpack"), Durable: c.Bool("durable"), Portable: c.Bool("portable"), Relink: c.Bool("relink"),
		Hidden: c.Bool("hidden"), Force: c.Bool("force"), Lossy: c.Bool("lossy"),
		Include: c.StringSlice("include"), Exclude: c.StringSlice("exclude"),
	}
	var err error
	if o.Depth, err = depth(c); err != nil {
		return o, err
	}
	o.MaxEntries, o.MaxRatio, o.Encoding = c.Int("max-entries"), c.Int64("max-ratio"), c.String("encoding")
	if text := c.String("max-unpacked"); text != "" {
		n, err := measure.Size(text)
		if err != nil {
			return o, console.Usagef("", "--max-unpacked %s", err)
		}
		o.MaxUnpacked = n
	}
	age, err := duration("min-age", c.String("min-age"))
	if err != nil {
		return o, err
	}
	o.MinAge = age
	if c.IsSet("to") && o.To == "" {
		return o, console.Errorf(console.Usage, "", "--to needs the path of a folder")
	}
	if c.IsSet("workers") && o.Workers < 1 {
		return o, console.Errorf(console.Usage, "", "--workers %d: must be at least 1", o.Workers)
	}
	if o.Password, err = password(c); err != nil {
		return o, err
	}
	o.Categories, err = configText(c)
	return o, err
}

// runArgument reads the number of a run.
func runArgument(word string) (int, error) {
	run, err := strconv.Atoi(word)
	if err != nil || run < 1 {
		return 0, console.Errorf(console.Usage, "see junksort history", "%q is not the number of a run", word)
	}
	return run, nil
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// about is what help and manual page say besides the commands.
func about() console.About {
	return console.About{
		Files: []console.Entry{
			{Word: "~/.config/junksort/rules.toml", Text: "your rules, see junksort rules --help"},
			{Word: "DIR/.junksort/", Text: "the journal of what was done in the folder, which undo reads"},
		},
		Examples: []console.Entry{
			{Word: "junksort sort ~/Downloads --dry-run", Text: "show what would be done"},
			{Word: "junksort sort ~/Downloads", Text: "sort the folder"},
			{Word: "junksort undo ~/Downloads", Text: "put everything back"},
		},
		SeeAlso: []string{"assistant(1)"},
	}
}
