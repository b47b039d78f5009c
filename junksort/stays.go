package junksort

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/leave"
)

// stateFolder is where junksort keeps its journals, in the folder that it sorts.
const stateFolder = ".junksort"

// isWhole reports whether the folder being listed is one thing: a working copy, a project, a mail folder. The folder
// that the person has named is only taken for one if it is a working copy.
func (l *lister) isWhole(f *folder) bool {
	for _, e := range l.found {
		name := l.nameOf(e).Bytes()
		if leave.Repository(name) && (f.parent != nil || !l.options.Force) || f.parent != nil && l.leave.Marker(name) {
			return true
		}
	}
	return f.parent != nil && l.leave.Together(func(wanted string) bool {
		for _, e := range l.found {
			if string(l.nameOf(e).Bytes()) == wanted {
				return true
			}
		}
		return false
	})
}

// staysWhole reports whether a subfolder is not gone into.
func (l *lister) staysWhole(f *folder, name dirfd.Name) bool {
	plain := name.Bytes()
	return bytes.HasPrefix(plain, []byte(stateFolder)) || plain[0] == '.' && !l.options.Hidden || l.leave.Folder(plain) ||
		l.pages[string(plain)] || l.exclude.match(f, plain)
}

// reserve notes which files of the folder being listed stay because of another one: "film.mkv" beside "film.mkv.part",
// a document that is open in an editor, a web page that was saved with its folder.
func (l *lister) reserve() {
	l.reserved, l.suffixes, l.pages = nil, nil, nil
	for _, e := range l.found {
		name := l.nameOf(e).Bytes()
		if e.kind == dirfd.Directory {
			if stem := l.leave.Page(string(name)); stem != "" {
				l.reservePage(string(name), stem)
			}
			continue
		}
		if e.kind != dirfd.Regular {
			continue
		}
		if n := l.leave.Ending(name); n > 0 {
			l.keep(string(name[:len(name)-n]))
		} else if document, suffix := leave.Locked(string(name)); suffix {
			l.suffixes = append(l.suffixes, document)
		} else if document != "" {
			l.keep(document)
		}
	}
}

func (l *lister) keep(name string) {
	if l.reserved == nil {
		l.reserved = map[string]bool{}
	}
	l.reserved[name] = true
}

func (l *lister) reservePage(folder, stem string) {
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
func (l *lister) reserves(name []byte) bool {
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

// globs are the patterns of Options.Include or Exclude.
type globs struct {
	names []string // compared with the name
	paths []string // compared with the path below DIR
}

func newGlobs(patterns []string) globs {
	var g globs
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

func (g globs) empty() bool { return len(g.names)+len(g.paths) == 0 }

// match reports whether one of the patterns matches name, in a folder.
func (g globs) match(f *folder, name []byte) bool {
	for _, pattern := range g.names {
		if ok, _ := path.Match(pattern, string(name)); ok {
			return true
		}
	}
	if len(g.paths) > 0 {
		below := f.join(string(name))
		for _, pattern := range g.paths {
			if ok, _ := path.Match(pattern, below); ok {
				return true
			}
		}
	}
	return false
}
