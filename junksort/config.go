package junksort

import (
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/BurntSushi/toml"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/leave"
	"github.com/pythonweb/goweb/junksort/rule"
)

// config is what the TOML text of Options.Categories says: the user's rules, categories, and what to leave alone.
type config struct {
	categories *category.Table
	leave      *leave.Table
	rules      *rule.Set
}

// configFile is its TOML form.
type configFile struct {
	Categories map[string][]string `toml:"categories"`
	Rules      []rule.Rule         `toml:"rule"`
	leave.Lists
}

func parseConfig(text string) (config, error) {
	var f configFile
	var c config
	meta, err := toml.Decode(text, &f)
	if err != nil {
		return c, fmt.Errorf("%w: configuration: %w", ErrOptions, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return c,
			fmt.Errorf(
				"%w: configuration: unknown key %q (known are [categories], [[rule]], [whole], [unfinished] and [belongs])",
				ErrOptions, unknown[0])
	}
	c.categories, err = category.New(f.Categories)
	if err == nil {
		c.leave, err = leave.New(f.Lists)
	}
	if err == nil {
		c.rules, err = rule.New(f.Rules)
	}
	if err != nil {
		return c, fmt.Errorf("%w: configuration: %w", ErrOptions, err)
	}
	return c, nil
}

// Rules returns the rules of a configuration in their order.
func Rules(options Options) ([]rule.Rule, error) {
	c, err := parseConfig(options.Categories)
	if err != nil {
		return nil, err
	}
	return c.rules.Rules(), nil
}

// Explanation says which rule takes a file, and why.
type Explanation struct {
	File   string      `json:"file"`
	Number int         `json:"rule,omitempty"` // from 1; 0 for no rule
	Name   string      `json:"name,omitempty"`
	Action rule.Action `json:"action"`
	Folder string      `json:"folder,omitempty"` // below the destination
	Why    []string    `json:"why"`
}

// Explain says what the rules and categories of options do with the file at a path. It knows nothing of the tree that
// the file may be in, and so nothing of duplicates.
func Explain(options Options, name string) (Explanation, error) {
	x := Explanation{File: name, Action: rule.ToFolder, Why: []string{}}
	options, err := options.withDefaults()
	if err != nil {
		return x, err
	}
	c, err := parseConfig(options.Categories)
	if err != nil {
		return x, err
	}
	dir, err := dirfd.Open(filepath.Dir(name))
	if err != nil {
		return x, err
	}
	defer dir.Close()
	base := filepath.Base(name)
	if s, err := dir.Lstat(base); err != nil {
		return x, &fs.PathError{Op: "open", Path: name, Err: err}
	} else if s.Kind() != dirfd.Regular {
		return x, &fs.PathError{Op: "open", Path: name, Err: identity.ErrNotRegular}
	}
	r := options.rules(c)
	r.Targets = tree.NewTargets(&tree.Folder{})
	l := survey.New(r)
	renamed := l.Renamed([]byte(base))
	subject := survey.FileOf(dir, base, c.categories.Extension(renamed), string(renamed))
	outcome, ok, err := c.rules.Match(subject)
	if err != nil {
		return x, err
	}
	if ok {
		x.Number, x.Name, x.Action, x.Folder = outcome.Number, outcome.Rule.Name, outcome.Action, outcome.Folder
		x.Why = outcome.Why
		return x, nil
	}
	index, err := l.ByName(dir, []byte(base), renamed)
	if err != nil {
		return x, err
	}
	x.Folder = l.Targets.At(index).Name
	if subject.Extension == "" {
		x.Why = append(x.Why, "no rule; its content")
	} else {
		x.Why = append(x.Why, "no rule; extension "+subject.Extension)
	}
	return x, nil
}

// rules returns what listing needs to know of o and its configuration.
func (o Options) rules(c config) survey.Rules {
	return survey.Rules{
		Hidden: o.Hidden, Force: o.Force, Depth: o.Depth, MinAge: o.MinAge, ByExtension: o.By == ByExtension,
		Style: o.style(), Workers: o.Workers, Set: c.rules, Table: c.categories, Leave: c.leave,
		Include: survey.NewGlobs(o.Include), Exclude: survey.NewGlobs(o.Exclude),
	}
}
