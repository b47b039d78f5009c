package survey

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/leave"
)

// isWhole reports whether the folder being listed is kept whole: a working copy, a project, a mail folder. For the
// folder that the user has named, only a working copy counts.
func (l *Lister) isWhole(f *tree.Folder) bool {
	for _, e := range l.found {
		name := l.nameOf(e).Bytes()
		if leave.Repository(name) && (f.Parent != nil || !l.Force) || f.Parent != nil && l.Leave.Marker(name) {
			return true
		}
	}
	return f.Parent != nil && l.Leave.Together(func(wanted string) bool {
		for _, e := range l.found {
			if string(l.nameOf(e).Bytes()) == wanted {
				return true
			}
		}
		return false
	})
}

// staysWhole reports whether a subfolder is not entered.
func (l *Lister) staysWhole(f *tree.Folder, name dirfd.Name) bool {
	plain := name.Bytes()
	return bytes.HasPrefix(plain, []byte(tree.StateFolder)) || plain[0] == '.' && !l.Hidden ||
		l.Leave.Folder(plain) ||
		l.pages[string(plain)] || l.Exclude.Match(f, plain)
}

// reserve records which files of the folder being listed stay because of another one: "film.mkv" beside
// "film.mkv.part", a document that is open in an editor, a web page that was saved with its folder.
func (l *Lister) reserve() {
	l.reserved, l.suffixes, l.pages = nil, nil, nil
	for _, e := range l.found {
		name := l.nameOf(e).Bytes()
		if e.kind == dirfd.Directory {
			if stem := l.Leave.Page(string(name)); stem != "" {
				l.reservePage(string(name), stem)
			}
			continue
		}
		if e.kind != dirfd.Regular {
			continue
		}
		if n := l.Leave.Ending(name); n > 0 {
			l.keep(string(name[:len(name)-n]))
		} else if document, suffix := leave.Locked(string(name)); suffix {
			l.suffixes = append(l.suffixes, document)
		} else if document != "" {
			l.keep(document)
		}
	}
}

func (l *Lister) keep(name string) {
	if l.reserved == nil {
		l.reserved = map[string]bool{}
	}
	l.reserved[name] = true
}

func (l *Lister) reservePage(folder, stem string) {
	for _, e := range l.found {
		name := string(l.nameOf(e).Bytes())
		ending, ok := strings.CutPrefix(name, stem+".")
		if !ok || e.kind != dirfd.Regular {
			continue
		}
		switch strings.ToLower(ending) {
		case "html", "htm", "xhtml", "mhtml", "shtml", "php", "aspx":
			l.keep(name)
			if l.pages == nil {
				l.pages = map[string]bool{}
			}
			l.pages[folder] = true
		}
	}
}

// reserves reports whether a file stays because of another one.
func (l *Lister) reserves(name []byte) bool {
	if l.reserved != nil && l.reserved[string(name)] {
		return true
	}
	for _, suffix := range l.suffixes {
		rest, ok := bytes.CutSuffix(name, []byte(suffix))
		if ok && utf8.RuneCount(rest) <= 2 {
			return true
		}
	}
	return false
}

// Globs are the patterns of Options.Include or Exclude.
type Globs struct {
	names []string // compared with the name
	paths []string // compared with the path below DIR
}

// NewGlobs returns patterns of path.Match as globs: one with a slash is compared with the path, others with the name.
func NewGlobs(patterns []string) Globs {
	var g Globs
	for _, p := range patterns {
		p = strings.TrimSuffix(p, "/")
		if strings.Contains(p, "/") {
			g.paths = append(g.paths, strings.TrimPrefix(p, "/"))
		} else {
			g.names = append(g.names, p)
		}
	}
	return g
}

func (g Globs) empty() bool { return len(g.names)+len(g.paths) == 0 }

// Match reports whether one of the patterns matches name, in a folder.
func (g Globs) Match(f *tree.Folder, name []byte) bool {
	for _, pattern := range g.names {
		if ok, _ := path.Match(pattern, string(name)); ok {
			return true
		}
	}
	if len(g.paths) > 0 {
		below := f.Join(string(name))
		for _, pattern := range g.paths {
			if ok, _ := path.Match(pattern, below); ok {
				return true
			}
		}
	}
	return false
}
