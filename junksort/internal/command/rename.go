package command

import (
	"io"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort"
	"github.com/pythonweb/goweb/junksort/pattern"
)

func renameCommand() *cli.Command {
	return &cli.Command{
		Name: "rename", Usage: "give files new names where they lie", ArgsUsage: "DIR",
		Description: "A pattern is text and fields in braces: {name} (what was found), {1} (a group of --find), {n} and " +
			"{n:003} (a counter), {folder}, {modified:2006-01-02}, {taken:2006-01-02}, {artist}, {album}, {title}, {genre}, " +
			"{year}, {type}, {extension}, {origin}. Filters follow a bar: {name|latin|lower}, of latin (Ukrainian by " +
			"resolution 55), lower, upper, nfc and plain (Latin letters, digits and underscores). The extension stays.\n\n" +
			"   junksort rename photos --pattern '{taken:2006-01-02}-{n:003}'\n" +
			"   junksort rename music --find '^(\\d+) - ' --pattern '{1}. '",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "pattern", Usage: "the new name, or the replacement for what --find matches, is `TEXT`"},
			&cli.StringFlag{Name: "find", Usage: "replace only what matches the regular expression `RE`"},
			&cli.BoolFlag{Name: "normalize", Usage: "reduce names to Latin letters, digits and underscores"},
			&cli.BoolFlag{Name: "dry-run", Usage: "only print what would be done"},
			&cli.StringFlag{Name: "plan", Usage: "only write what would be done to `FILE`, for junksort apply", TakesFile: true},
			configFlag(), includeFlag(), excludeFlag(), depthFlag(), hiddenFlag(), forceFlag(), durableFlag(),
		},
		Action: problems().Action(renameAction),
	}
}

func renameAction(c *cli.Context) error {
	args := c.Args().Slice()
	p, err := pattern.New(pattern.Options{
		Find: c.String("find"), Pattern: c.String("pattern"),
		Normalize: c.Bool("normalize"),
	})
	if err != nil {
		return console.Usagef("see junksort rename --help", "%s", err)
	}
	o := junksort.Options{
		Hidden: c.Bool("hidden"), Force: c.Bool("force"), Durable: c.Bool("durable"),
		Include: c.StringSlice("include"), Exclude: c.StringSlice("exclude"),
	}
	if o.Depth, err = depth(c); err != nil {
		return err
	}
	if o.Categories, err = configText(c); err != nil {
		return err
	}
	dir, what := args[0], "rename in "+quote(args[0])
	switch {
	case c.IsSet("plan"):
		return savePlan(c, what, func(w io.Writer) (junksort.Summary, error) {
			return junksort.WriteRenamePlan(c.Context, dir, p, o, w)
		})
	case c.Bool("dry-run"):
		return look(c, what, func(visit func(junksort.Result) error) (junksort.Summary, error) {
			return junksort.PreviewRename(c.Context, dir, p, o, visit)
		})
	}
	return work(c, what, func(observer junksort.Observer) (junksort.Summary, error) {
		return junksort.RenameFiles(c.Context, dir, p, o, observer)
	})
}
