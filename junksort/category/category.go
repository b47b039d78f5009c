// Package category decides what kind of file a name or a content is: images, video, documents, archives and so on, as a
// TOML table says, and which extension a name has.
package category

import (
	_ "embed"
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"github.com/pythonweb/goweb/junksort/leave"
)

// Other is the category of what the table does not know.
const Other = "other"

//go:embed default.toml
var defaultTable string

// Table says which category an extension belongs to. It is immutable and safe for concurrent use.
type Table struct {
	byExtension map[string]string
	compound    map[string]bool // last parts of extensions with a dot: gz for tar.gz
	names       []string
}

// file is the TOML form of a table.
type file struct {
	Categories map[string][]string `toml:"categories"`
}

// Parse lays the lists of a TOML text over the built-in table, as New does. An unknown key is an error.
func Parse(text string) (*Table, error) {
	f, err := decode(text)
	if err != nil {
		return nil, err
	}
	return New(f.Categories)
}

// New lays lists of extensions, by category, over the built-in table: an extension that they name goes where they say,
// and nothing else changes. An extension named twice or a category that cannot be a folder's name is an error.
func New(lists map[string][]string) (*Table, error) {
	builtIn, err := decode(defaultTable)
	if err != nil {
		return nil, err // the built-in table is tested
	}
	t := &Table{byExtension: make(map[string]string, 512), compound: map[string]bool{}}
	for _, source := range []map[string][]string{builtIn.Categories, lists} {
		if err := t.lay(source); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{Other: true}
	for _, category := range t.byExtension {
		seen[category] = true
	}
	for name := range seen {
		t.names = append(t.names, name)
	}
	sort.Strings(t.names)
	return t, nil
}

func decode(text string) (file, error) {
	var f file
	meta, err := toml.Decode(text, &f)
	if err != nil {
		return f, fmt.Errorf("categories: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return f, fmt.Errorf("categories: unknown key %q (expected a table [categories] with lists of extensions)",
			unknown[0])
	}
	return f, nil
}

func (t *Table) lay(lists map[string][]string) error {
	owner := map[string]string{}
	for name, extensions := range lists {
		if err := folderName(name); err != nil {
			return err
		}
		for _, e := range extensions {
			key := strings.ToLower(strings.TrimPrefix(e, "."))
			if key == "" || strings.ContainsAny(key, "/\x00") {
				return fmt.Errorf("categories: %q in %s is not an extension", e, name)
			}
			if other, taken := owner[key]; taken {
				return fmt.Errorf("categories: extension %q is in %s and in %s", key, min(name, other), max(name, other))
			}
			owner[key] = name
			t.byExtension[key] = name
			if i := strings.LastIndexByte(key, '.'); i >= 0 {
				t.compound[key[i+1:]] = true
			}
		}
	}
	return nil
}

func folderName(name string) error {
	if name == "" || name == "." || name == ".." || strings.HasPrefix(name, ".junksort") || len(name) > 255 ||
		strings.ContainsAny(name, "/\x00") || leave.Repository([]byte(name)) {
		return fmt.Errorf("categories: %q cannot be a folder's name", name)
	}
	return nil
}

// Names returns the categories of the table in alphabetical order, with Other.
func (t *Table) Names() []string { return t.names }

// Extensions returns the extensions that the table knows, in no particular order.
func (t *Table) Extensions() []string {
	list := make([]string, 0, len(t.byExtension))
	for extension := range t.byExtension {
		list = append(list, extension)
	}
	return list
}

// Of returns the category of a lower-case extension without its dot, Other for an unknown one.
func (t *Table) Of(extension string) string {
	if category, ok := t.byExtension[extension]; ok {
		return category
	}
	return Other
}

// maxExtension is the longest extension in bytes; what is longer is part of the name.
const maxExtension = 32

// Extension returns how many bytes of name, counted from its end and without the dot, are its extension: 3 for
// "a.jpg", 6 for "b.tar.gz", and 0 for "Makefile", ".profile", "draft." and "Dr. Smith". A tail of "gz" counts as
// "tar.gz" only if the table knows that one.
func (t *Table) Extension(name []byte) int {
	dot := lastDot(name)
	if dot <= 0 || !plausible(name[dot+1:]) {
		return 0
	}
	if len(t.compound) > 0 {
		if before := lastDot(name[:dot]); before > 0 && len(name)-before <= maxExtension {
			var tail [maxExtension]byte
			if t.compound[string(Lower(tail[:0], name[dot+1:]))] {
				if _, known := t.byExtension[string(Lower(tail[:0], name[before+1:]))]; known {
					return len(name) - before - 1
				}
			}
		}
	}
	return len(name) - dot - 1
}

func lastDot(name []byte) int {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return i
		}
	}
	return -1
}

// plausible tells an extension from the rest of a sentence: letters, digits and a few signs.
func plausible(extension []byte) bool {
	if len(extension) == 0 || len(extension) > maxExtension {
		return false
	}
	for i := 0; i < len(extension); {
		c := extension[i]
		if c < utf8.RuneSelf {
			if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("_-+~!#@$", c) >= 0) {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(extension[i:])
		if r == utf8.RuneError || !unicode.In(r, unicode.L, unicode.M, unicode.N) {
			return false
		}
		i += size
	}
	return true
}

// Lower appends the lower-case form of an extension to buffer.
func Lower(buffer, extension []byte) []byte {
	for i, c := range extension {
		if c >= utf8.RuneSelf {
			return append(buffer[:len(buffer)-i], strings.ToLower(string(extension))...)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buffer = append(buffer, c)
	}
	return buffer
}
