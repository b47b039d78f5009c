package command

import (
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/schooldb"
)

// What completion offers: the names that are in the database.

// offerNames offers the names of what a flag such as --student means, of a group's students when --group is given.
func offerNames(c *cli.Context, flag string) ([]console.Entry, error) {
	kind := schooldb.Kind(flag)
	named := []schooldb.Kind{schooldb.GroupKind, schooldb.TeacherKind, schooldb.SubjectKind, schooldb.StudentKind}
	if !slices.Contains(named, kind) {
		return nil, nil
	}
	return names(c, kind)
}

// offerKinds offers the kinds of records as the first argument, the names of one as the second, and names for flags.
func offerKinds(kinds []schooldb.Kind) func(*cli.Context, string) ([]console.Entry, error) {
	return func(c *cli.Context, flag string) ([]console.Entry, error) {
		switch {
		case flag != "":
			return offerNames(c, flag)
		case c.NArg() == 1:
			return offerNames(c, c.Args().First())
		}
		var entries []console.Entry
		for _, kind := range kinds {
			entries = append(entries, console.Entry{Word: string(kind)})
		}
		return entries, nil
	}
}

// offerQueries offers the names of the twelve queries as the argument, and names for flags.
func offerQueries(c *cli.Context, flag string) ([]console.Entry, error) {
	if flag != "" {
		return offerNames(c, flag)
	}
	var entries []console.Entry
	for _, q := range schooldb.Queries() {
		entries = append(entries, console.Entry{Word: q.Name, Text: q.Meaning})
	}
	return entries, nil
}

// names lists those of a kind: by name, and by id where several have the name.
func names(c *cli.Context, kind schooldb.Kind) ([]console.Entry, error) {
	var entries []console.Entry
	count := map[string]int{}
	var ids []int64
	err := onSchool().Action(func(c *cli.Context, school *schooldb.School) error {
		of := schooldb.Selection{Kind: kind}
		if kind == schooldb.StudentKind && c.IsSet("group") {
			group, err := school.Find(c.Context, schooldb.GroupKind, c.String("group"), 0)
			if err != nil {
				return err
			}
			of.Group = group
		}
		return school.List(c.Context, of, func(row *schooldb.Row) error {
			entry, id := console.Entry{Word: row.Group.Name}, row.Group.ID
			switch kind {
			case schooldb.TeacherKind:
				entry, id = console.Entry{Word: row.Teacher.Name}, row.Teacher.ID
			case schooldb.SubjectKind:
				entry, id = console.Entry{Word: row.Subject.Name, Text: row.Teacher.Name}, row.Subject.ID
			case schooldb.StudentKind:
				entry, id = console.Entry{Word: row.Student.Name, Text: row.Group.Name}, row.Student.ID
			}
			entries, ids = append(entries, entry), append(ids, id)
			count[entry.Word]++
			return nil
		})
	})(c)
	for i := range entries {
		if e := &entries[i]; count[e.Word] > 1 {
			e.Word, e.Text = strconv.FormatInt(ids[i], 10), e.Word+" "+e.Text
		}
	}
	return entries, err
}
