package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort"
	"github.com/pythonweb/goweb/junksort/rule"
)

func rulesCommand() *cli.Command {
	return &cli.Command{
		Name: "rules", Usage: "list the rules of the configuration, and try them",
		Description: "Rules are in the file that --config names, or junksort/rules.toml in the configuration directory. " +
			"The first that matches a file applies:\n\n" +
			"   [[rule]]\n   name = \"photos by month\"\n   type = [\"image/*\"]\n" +
			"   folder = \"photos/{taken:2006}/{taken:01}\"\n\n" +
			"Conditions, which must all hold: extension, glob, type, origin, artist, album, genre (lists, of which one must " +
			"fit), larger, smaller (10M), older, younger (30d), taken (2020, 2020-05, 2019..2021 or *), duplicate. Actions, " +
			"exactly one per rule: category, folder, trash, stay. Fields of a folder: {taken:2006}, {modified:2006-01}, " +
			"{type}, {extension}, {origin}, {artist}, {album}, {genre}, {title}, {year}; a time is laid out as " +
			"Monday, 2006-01-02 15:04:05. A file that lacks a field goes on to the next rule.",
		Flags: []cli.Flag{configFlag(), console.FormatFlag()},
		Subcommands: []*cli.Command{{
			Name: "test", Usage: "say which rule takes each file, and why", ArgsUsage: "FILE...",
			Flags:  []cli.Flag{configFlag(), renameFlag(), byFlag()},
			Action: problems().Action(testRules),
		}},
		Action: problems().Action(listRules),
	}
}

func listRules(c *cli.Context) error {
	text, err := configText(c)
	if err != nil {
		return err
	}
	rules, err := junksort.Rules(junksort.Options{Categories: text})
	if err != nil {
		return fail("read the rules", err)
	}
	t := console.From(c)
	table := console.Table{Columns: []string{"rule", "name", "conditions", "action"}}
	for i, r := range rules {
		table.Rows = append(table.Rows, []any{i + 1, r.Name, conditions(r), action(r)})
	}
	if len(rules) == 0 {
		t.Notef("there are no rules: files are sorted by extension")
	}
	return t.Table(table)
}

func conditions(r rule.Rule) string {
	var parts []string
	for _, list := range []struct {
		name  string
		words []string
	}{
		{"extension", r.Extension},
		{"glob", r.Glob},
		{"type", r.Type},
		{"origin", r.Origin},
		{"artist", r.Artist},
		{"album", r.Album},
		{"genre", r.Genre},
	} {
		if len(list.words) > 0 {
			parts = append(parts, list.name+" "+strings.Join(list.words, " or "))
		}
	}
	for _, one := range [][2]string{
		{"larger than", r.Larger},
		{"smaller than", r.Smaller},
		{"older than", r.Older},
		{"younger than", r.Younger},
		{"taken", r.Taken},
	} {
		if one[1] != "" {
			parts = append(parts, one[0]+" "+one[1])
		}
	}
	if r.Duplicate {
		parts = append(parts, "a duplicate")
	}
	return strings.Join(parts, ", ")
}

func action(r rule.Rule) string {
	switch {
	case r.Trash:
		return "trash"
	case r.Stay:
		return "stay"
	case r.Folder != "":
		return "folder " + r.Folder
	}
	return "category " + r.Category
}

func testRules(c *cli.Context) error {
	args := c.Args().Slice()
	text, err := configText(c)
	if err != nil {
		return err
	}
	o := junksort.Options{Categories: text, Transliterate: c.Bool("rename"), By: junksort.By(c.String("by"))}
	t := console.From(c)
	failures := 0
	for _, name := range args {
		x, err := junksort.Explain(o, name)
		if errors.Is(err, junksort.ErrOptions) {
			return fail("read the rules", err)
		}
		if err != nil {
			failures++
			t.Warnf("%s", fail("look at "+quote(name), err))
			continue
		}
		if t.JSON() {
			err = t.Value(x)
		} else {
			_, err = fmt.Fprintln(t.Out, explained(x))
		}
		if err != nil {
			return err
		}
	}
	if failures > 0 {
		return console.Errorf(console.Partial, "", "%s could not be read", plural(failures, "file"))
	}
	return nil
}

func explained(x junksort.Explanation) string {
	where := "-> " + console.Line(x.Folder)
	switch x.Action {
	case rule.ToTrash:
		where = "-> trash"
	case rule.Stays:
		where = "stays"
	}
	who := ""
	if x.Number > 0 {
		who = fmt.Sprintf("rule %d", x.Number)
		if x.Name != "" {
			who += " " + quote(x.Name)
		}
		who += ", "
	}
	return fmt.Sprintf("%s %s (%s%s)", console.Line(x.File), where, who, console.Line(strings.Join(x.Why, ", ")))
}
