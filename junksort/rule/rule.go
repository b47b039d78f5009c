// Package rule is the rules that users write: which files go where. A rule has conditions, which must all hold, and one
// action; of a list of rules the first that fits a file takes it.
//
//	[[rule]]
//	name = "photos by month"
//	type = ["image/*"]
//	folder = "photos/{taken:2006}/{taken:01}"
package rule

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/pythonweb/goweb/junksort/internal/measure"
)

// Rule is one rule as it is written in TOML. A list of values holds if one of them does; words are compared without
// regard to case, and * ? [] are those of path.Match.
type Rule struct {
	Name      string   `toml:"name" json:"name,omitempty"`
	Extension []string `toml:"extension" json:"extension,omitempty"`
	Glob      []string `toml:"glob" json:"glob,omitempty"`       // of the name, or with a slash of the path below DIR
	Type      []string `toml:"type" json:"type,omitempty"`       // of the content: image/*
	Larger    string   `toml:"larger" json:"larger,omitempty"`   // than a size such as 10M
	Smaller   string   `toml:"smaller" json:"smaller,omitempty"` // than a size
	Older     string   `toml:"older" json:"older,omitempty"`     // last written before: 30d
	Younger   string   `toml:"younger" json:"younger,omitempty"` // last written since
	Taken     string   `toml:"taken" json:"taken,omitempty"`     // EXIF: 2020, 2020-05, or from..to; * for any
	// user.xdg.origin.url: its host, or with a slash all of it
	Origin    []string `toml:"origin" json:"origin,omitempty"`
	Artist    []string `toml:"artist" json:"artist,omitempty"`
	Album     []string `toml:"album" json:"album,omitempty"`
	Genre     []string `toml:"genre" json:"genre,omitempty"`
	Duplicate bool     `toml:"duplicate" json:"duplicate,omitempty"` // another file of the tree has this content

	Category string `toml:"category" json:"category,omitempty"` // a folder of DEST
	Folder   string `toml:"folder" json:"folder,omitempty"`     // a template of a path below DEST
	Trash    bool   `toml:"trash" json:"trash,omitempty"`
	Stay     bool   `toml:"stay" json:"stay,omitempty"`
}

// Action says what a rule does with a file.
type Action string

// The actions.
const (
	ToFolder Action = "folder"
	ToTrash  Action = "trash"
	Stays    Action = "stay"
)

// Outcome is what the rules say about a file.
type Outcome struct {
	Number int // of the rule, from 1
	Rule   *Rule
	Action Action
	Folder string   // the path below DEST, for ToFolder
	Why    []string // each condition with what was found
}

// Set is a list of rules that was checked. It is immutable and safe for concurrent use.
type Set struct{ rules []compiled }

// compiled is a rule whose values were read.
type compiled struct {
	Rule
	larger, smaller int64
	older, younger  time.Duration
	from, to        time.Time // of Taken; both zero for none
	template        template
}

// New checks rules. An error names the rule and what is wrong with it.
func New(rules []Rule) (*Set, error) {
	s := &Set{}
	for i, r := range rules {
		c, err := compile(r)
		if err != nil {
			return nil, fmt.Errorf("rule %d%s: %w", i+1, named(r.Name), err)
		}
		s.rules = append(s.rules, c)
	}
	return s, nil
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", name)
}

// Rules returns the rules in their order.
func (s *Set) Rules() []Rule {
	var list []Rule
	for _, c := range s.rules {
		list = append(list, c.Rule)
	}
	return list
}

// Empty reports whether there are no rules.
func (s *Set) Empty() bool { return len(s.rules) == 0 }

// Duplicates reports whether a rule asks for duplicates.
func (s *Set) Duplicates() bool {
	for _, c := range s.rules {
		if c.Duplicate {
			return true
		}
	}
	return false
}

// Changes reports whether the answer for an untouched file may change, with time or because of other files.
func (s *Set) Changes() bool {
	for _, c := range s.rules {
		if c.Duplicate || c.Older+c.Younger != "" {
			return true
		}
	}
	return false
}

// Folders returns the first folders, directly in DEST, that the rules name.
func (s *Set) Folders() []string {
	var list []string
	for _, c := range s.rules {
		if first := c.template.first(); first != "" {
			list = append(list, first)
		}
	}
	return list
}

// Trashes reports whether some rule puts files into the trash.
func (s *Set) Trashes() bool {
	for _, c := range s.rules {
		if c.Trash {
			return true
		}
	}
	return false
}

func compile(r Rule) (compiled, error) {
	c := compiled{Rule: r}
	actions := 0
	for _, set := range []bool{r.Category != "", r.Folder != "", r.Trash, r.Stay} {
		if set {
			actions++
		}
	}
	if actions != 1 {
		return c, errors.New("it needs exactly one of category, folder, trash and stay")
	}
	if !c.conditional() {
		return c, errors.New("it has no condition; glob = [\"*\"] takes every file")
	}
	for _, pattern := range append(append(append(append([]string{}, r.Glob...), r.Type...), r.Origin...), r.music()...) {
		if _, err := path.Match(pattern, ""); err != nil {
			return c, fmt.Errorf("pattern %q: %w", pattern, err)
		}
	}
	for _, e := range r.Extension {
		if strings.Trim(e, ".") == "" || strings.ContainsAny(e, "/\x00") {
			return c, fmt.Errorf("%q is not an extension", e)
		}
	}
	var err error
	read := func(text string, into *int64) {
		if text != "" && err == nil {
			*into, err = measure.Size(text)
		}
	}
	since := func(text string, into *time.Duration) {
		if text != "" && err == nil {
			*into, err = measure.Duration(text)
		}
	}
	read(r.Larger, &c.larger)
	read(r.Smaller, &c.smaller)
	since(r.Older, &c.older)
	since(r.Younger, &c.younger)
	if err == nil && r.Taken != "" {
		c.from, c.to, err = span(r.Taken)
	}
	if err == nil && r.Category != "" {
		c.template, err = literal(r.Category)
	} else if err == nil && r.Folder != "" {
		c.template, err = parseTemplate(r.Folder)
	}
	return c, err
}

func (r Rule) music() []string {
	return append(append(append([]string{}, r.Artist...), r.Album...), r.Genre...)
}

func (c compiled) conditional() bool {
	return len(c.Extension)+len(c.Glob)+len(c.Type)+len(c.Origin)+len(c.music()) > 0 || c.Duplicate ||
		c.Larger+c.Smaller+c.Older+c.Younger+c.Taken != ""
}

// span reads the times of a Taken: a year, a month or a day, two of them with dots between, or * for any time.
func span(text string) (from, to time.Time, err error) {
	first, last, two := strings.Cut(text, "..")
	if !two {
		last = first
	}
	if text == "*" {
		return time.Unix(0, 0), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	if from, _, err = period(first); err == nil {
		_, to, err = period(last)
	}
	if err == nil && !from.Before(to) {
		err = fmt.Errorf("taken %q ends before it begins", text)
	}
	return from, to, err
}

// period returns the beginning and the end of a year, a month or a day.
func period(text string) (from, to time.Time, err error) {
	for _, p := range []struct {
		layout             string
		years, months, day int
	}{{"2006", 1, 0, 0}, {"2006-01", 0, 1, 0}, {"2006-01-02", 0, 0, 1}} {
		if t, err := time.Parse(p.layout, strings.TrimSpace(text)); err == nil {
			return t, t.AddDate(p.years, p.months, p.day), nil
		}
	}
	return from, to, fmt.Errorf("taken %q is neither a year (2020), a month (2020-05) nor a day (2020-05-17)", text)
}

// Match returns what the first rule that fits says about a file, and false if none fits. An error concerns the file:
// what cannot be read meets no condition about its content.
func (s *Set) Match(f *File) (Outcome, bool, error) {
	for i := range s.rules {
		c := &s.rules[i]
		why, ok, err := c.fits(f)
		if err != nil {
			return Outcome{}, false, err
		}
		if !ok {
			continue
		}
		o := Outcome{Number: i + 1, Rule: &c.Rule, Why: why, Action: ToFolder}
		switch {
		case c.Trash:
			o.Action = ToTrash
		case c.Stay:
			o.Action = Stays
		default:
			if o.Folder, ok = c.template.expand(f); !ok {
				continue // the file lacks a field of its folder
			}
		}
		return o, true, nil
	}
	return Outcome{}, false, nil
}

// fits checks the cheap conditions first.
func (c *compiled) fits(f *File) (why []string, ok bool, err error) {
	found := func(format string, args ...any) { why = append(why, fmt.Sprintf(format, args...)) }
	if len(c.Extension) > 0 {
		if !c.hasExtension(f.Extension) {
			return nil, false, nil
		}
		found("extension %s", f.Extension)
	}
	if len(c.Glob) > 0 {
		pattern, ok := f.glob(c.Glob)
		if !ok {
			return nil, false, nil
		}
		found("name like %s", pattern)
	}
	if c.larger > 0 || c.smaller > 0 || c.Older != "" || c.Younger != "" {
		s, err := f.stat()
		if err != nil {
			return nil, false, err
		}
		age := time.Since(s.Mtime)
		if c.larger > 0 && s.Size <= c.larger || c.smaller > 0 && s.Size >= c.smaller ||
			c.Older != "" && age <= c.older || c.Younger != "" && age >= c.younger {
			return nil, false, nil
		}
		if c.larger > 0 || c.smaller > 0 {
			found("size %s", measure.Sized(s.Size))
		}
		if c.Older != "" || c.Younger != "" {
			found("last written %s", s.Mtime.Format(time.DateTime))
		}
	}
	content, ok := c.fitsContent(f)
	return append(why, content...), ok, f.failure
}

func (c *compiled) fitsContent(f *File) (why []string, ok bool) {
	if c.Duplicate {
		if f.Duplicate == nil || !f.Duplicate() {
			return nil, false
		}
		why = append(why, "a duplicate")
	}
	for _, condition := range []struct {
		name     string
		patterns []string
		value    func() string
	}{
		{"type", c.Type, f.Type},
		{"origin", c.Origin, f.origin},
		{"artist", c.Artist, func() string { return f.tags().Artist }},
		{"album", c.Album, func() string { return f.tags().Album }},
		{"genre", c.Genre, func() string { return f.tags().Genre }},
	} {
		if len(condition.patterns) == 0 {
			continue
		}
		value := condition.value()
		if !matches(condition.patterns, value) {
			return nil, false
		}
		why = append(why, condition.name+" "+value)
	}
	if c.Taken != "" {
		at := f.taken()
		if at.IsZero() || at.Before(c.from) || !at.Before(c.to) {
			return nil, false
		}
		why = append(why, "taken "+at.Format(time.DateTime))
	}
	return why, true
}

func (c *compiled) hasExtension(extension string) bool {
	for _, e := range c.Extension {
		if strings.EqualFold(strings.TrimPrefix(e, "."), extension) {
			return true
		}
	}
	return false
}

// matches compares a value with patterns: one with a slash with all of it, another with the host of an address, and
// with other values as if they had no slash, which * does not match.
func matches(patterns []string, value string) bool {
	lower := strings.ToLower(value)
	host := strings.ReplaceAll(lower, "/", " ")
	if _, rest, ok := strings.Cut(lower, "://"); ok {
		host, _, _ = strings.Cut(rest, "/")
		lower = host + strings.TrimPrefix(rest, host)
	}
	for _, p := range patterns {
		p = strings.ToLower(p)
		against := host
		if strings.Contains(p, "/") {
			against = lower
		}
		if ok, _ := path.Match(p, against); ok && value != "" {
			return true
		}
	}
	return false
}
