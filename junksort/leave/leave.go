// Package leave knows what is not junk although it lies in a junk folder: things of many files that stay whole, files
// that some program is still writing, and files that belong to what lies beside them. The lists are a table that
// people can add to.
package leave

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed default.toml
var defaults string

// Lists is the TOML form of a Table.
type Lists struct {
	Whole struct {
		Markers  []string   `toml:"markers"`
		Together [][]string `toml:"together"`
		Names    []string   `toml:"names"`
		Endings  []string   `toml:"endings"`
		Pages    []string   `toml:"pages"`
	} `toml:"whole"`
	Unfinished struct {
		Endings []string `toml:"endings"`
		Globs   []string `toml:"globs"`
	} `toml:"unfinished"`
	Belongs struct {
		Names []string `toml:"names"`
		Globs []string `toml:"globs"`
	} `toml:"belongs"`
}

// Table answers by name. It is immutable and safe for concurrent use.
type Table struct {
	markers     words
	markerGlobs []glob
	together    [][]string
	folders     words
	endings     words
	pages       []string
	unfinished  words
	halfGlobs   []glob
	belongs     words
	ownerGlobs  []glob
}

// words are compared without regard to case.
type words map[string]bool

func wordsOf(list []string) words {
	w := make(words, len(list))
	for _, word := range list {
		w[strings.ToLower(word)] = true
	}
	return w
}

// longest is the longest word that is looked up without new memory, in bytes.
const longest = 64

func (w words) has(name []byte) bool {
	if len(name) > longest {
		return w[strings.ToLower(string(name))]
	}
	var lower [longest]byte
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return w[string(lower[:len(name)])]
}

// New lays the user's lists over the built-in ones. An invalid pattern is an error.
func New(more Lists) (*Table, error) {
	var l Lists
	if _, err := toml.Decode(defaults, &l); err != nil {
		return nil, err // the built-in lists are tested
	}
	lay := func(base, added []string) []string {
		for _, word := range added {
			if off, ok := strings.CutPrefix(word, "!"); ok && slices.Contains(base, off) {
				base = slices.DeleteFunc(base, func(w string) bool { return w == off })
			} else {
				base = append(base, word)
			}
		}
		return base
	}
	markers := lay(l.Whole.Markers, more.Whole.Markers)
	t := &Table{
		together:   append(l.Whole.Together, more.Whole.Together...),
		folders:    wordsOf(lay(l.Whole.Names, more.Whole.Names)),
		endings:    wordsOf(lay(l.Whole.Endings, more.Whole.Endings)),
		pages:      lay(l.Whole.Pages, more.Whole.Pages),
		unfinished: wordsOf(lay(l.Unfinished.Endings, more.Unfinished.Endings)),
		halfGlobs:  globsOf(lay(l.Unfinished.Globs, more.Unfinished.Globs)),
		belongs:    wordsOf(lay(l.Belongs.Names, more.Belongs.Names)),
		ownerGlobs: globsOf(lay(l.Belongs.Globs, more.Belongs.Globs)),
	}
	var plain, patterns []string
	for _, m := range markers {
		if strings.ContainsAny(m, "*?[") {
			patterns = append(patterns, m)
		} else {
			plain = append(plain, m)
		}
	}
	t.markers, t.markerGlobs = wordsOf(plain), globsOf(patterns)
	for _, g := range slices.Concat(t.markerGlobs, t.halfGlobs, t.ownerGlobs) {
		if _, err := path.Match(g.pattern, ""); err != nil {
			return nil, fmt.Errorf("pattern %q: %w", g.pattern, err)
		}
	}
	return t, nil
}

// glob is a pattern, with the literal text at its ends: that rules most names out.
type glob struct{ pattern, first, last string }

func globsOf(patterns []string) []glob {
	const special = `*?[]\`
	globs := make([]glob, 0, len(patterns))
	for _, p := range patterns {
		g := glob{pattern: p, last: p[strings.LastIndexAny(p, special)+1:]}
		if i := strings.IndexAny(p, special); i > 0 {
			g.first = p[:i]
		}
		globs = append(globs, g)
	}
	return globs
}

func matches(globs []glob, name []byte) bool {
	for _, g := range globs {
		if len(name) < len(g.first)+len(g.last) || string(name[:len(g.first)]) != g.first ||
			string(name[len(name)-len(g.last):]) != g.last {
			continue
		}
		if ok, _ := path.Match(g.pattern, string(name)); ok {
			return true
		}
	}
	return false
}

// Repository reports whether an entry of this name makes its folder a working copy of a version control system.
func Repository(name []byte) bool {
	switch string(name) {
	case ".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", "CVS":
		return true
	}
	return false
}

// Repositories returns the names that Repository knows.
func Repositories() []string { return []string{".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", "CVS"} }

// Marker reports whether an entry of this name makes its folder one thing.
func (t *Table) Marker(name []byte) bool { return t.markers.has(name) || matches(t.markerGlobs, name) }

// Together reports whether a folder is one thing because of entries that make it so only together. has tells whether an
// entry is there.
func (t *Table) Together(has func(name string) bool) bool {
	return slices.ContainsFunc(t.together, func(all []string) bool {
		return len(all) > 0 && !slices.ContainsFunc(all, func(name string) bool { return !has(name) })
	})
}

// Folder reports whether a folder of this name is one thing to the user.
func (t *Table) Folder(name []byte) bool {
	if t.folders.has(name) {
		return true
	}
	ending := ending(name)
	return len(ending) < len(name)-1 && t.endings.has(ending)
}

// Unfinished reports whether a file of this name is being written.
func (t *Table) Unfinished(name []byte) bool {
	return t.Ending(name) > 0 || matches(t.halfGlobs, name)
}

// Ending returns the length of the extension, with its dot, that a program gives to a file it is still writing, or 0.
func (t *Table) Ending(name []byte) int {
	if e := ending(name); len(e) > 0 && t.unfinished.has(e) {
		return len(e) + 1
	}
	return 0
}

// Belongs reports whether a file of this name means something only where it lies.
func (t *Table) Belongs(name []byte) bool { return t.belongs.has(name) || matches(t.ownerGlobs, name) }

// Locked returns the name of the document that a lock of an open document belongs to, and nothing for other files.
// Word cuts off the first two letters of long names: then it is a suffix.
func Locked(lock string) (name string, suffix bool) {
	if rest, ok := strings.CutPrefix(lock, ".~lock."); ok {
		return strings.TrimSuffix(rest, "#"), false
	}
	if rest, ok := strings.CutPrefix(lock, "~$"); ok {
		return rest, true
	}
	return "", false
}

// Page returns the stem of the saved web page that a folder of this name belongs to, or nothing.
func (t *Table) Page(folder string) string {
	for _, ending := range t.pages {
		if stem, ok := strings.CutSuffix(folder, ending); ok && stem != "" {
			return stem
		}
	}
	return ""
}

// ending returns what follows the last dot of a name, nothing when there is none.
func ending(name []byte) []byte {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return nil
}
