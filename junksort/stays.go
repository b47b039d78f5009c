package junksort

import (
	"bytes"
	"path"
	"strings"
)

// stateFolder is where junksort keeps its journals, in the folder that it sorts.
const stateFolder = ".junksort"

// repository is the entry that makes a folder a working copy, which stays whole.
const repository = ".git"

// staysWhole reports whether a folder of this name is one thing for the person who looks at it.
func staysWhole(name string) bool {
	switch name {
	case stateFolder, "node_modules":
		return true
	}
	if strings.HasPrefix(name, newborn) {
		return true
	}
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 {
		return false
	}
	switch strings.ToLower(name[dot+1:]) {
	case "app", "appdir", "bundle", "framework", "kext", "plugin", "prefpane", "appex", "xpc", "qlgenerator", "saver",
		"photoslibrary", "musiclibrary", "tvlibrary", "imovielibrary", "fcpbundle", "logicx", "band", "xcodeproj",
		"xcworkspace", "playground", "rtfd", "sparsebundle", "download":
		return true
	}
	return false
}

// partial are the endings that programs give to files which they are still writing.
func partialEndings() []string {
	return []string{
		".part", ".crdownload", ".partial", ".download", ".opdownload", ".filepart", ".aria2", ".!ut", ".!qb", ".!bt",
		".bc!", ".td", ".xltd", ".ytdl", ".temp~",
	}
}

// isPartial reports whether a file of this name is being written.
func isPartial(name []byte, endings []string) bool {
	for _, ending := range endings {
		if len(name) >= len(ending) && strings.EqualFold(string(name[len(name)-len(ending):]), ending) {
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

// placeholders returns the names that a file being downloaded has reserved: "film.mkv" beside "film.mkv.part".
func placeholders(names [][]byte, endings []string) map[string]bool {
	var reserved map[string]bool
	for _, name := range names {
		for _, ending := range endings {
			if bytes.HasSuffix(name, []byte(ending)) && len(name) > len(ending) {
				if reserved == nil {
					reserved = map[string]bool{}
				}
				reserved[string(name[:len(name)-len(ending)])] = true
			}
		}
	}
	return reserved
}
