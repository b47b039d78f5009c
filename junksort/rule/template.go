package rule

import (
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pythonweb/goweb/junksort/leave"
)

// template is a path below DEST with fields that a file fills: photos/{taken:2006}/{taken:01}.
type template []piece

// piece is a text, or a field with its layout.
type piece struct {
	text   string
	field  string
	layout string
}

// fieldNames are the fields that templates know, with what a file without a value has.
func fieldNames() []string {
	return []string{"taken", "modified", "type", "extension", "origin", "artist", "album", "genre", "title", "year"}
}

func literal(folder string) (template, error) {
	return template{{text: folder}}, validFolder(folder)
}

func parseTemplate(text string) (template, error) {
	var t template
	example := strings.Builder{}
	for rest := text; rest != ""; {
		before, after, open := strings.Cut(rest, "{")
		if before != "" {
			t = append(t, piece{text: before})
			example.WriteString(before)
		}
		if !open {
			break
		}
		inner, behind, closed := strings.Cut(after, "}")
		if !closed {
			return nil, fmt.Errorf("folder %q: a { without its }", text)
		}
		name, layout, _ := strings.Cut(inner, ":")
		if !IsField(name) {
			return nil, fmt.Errorf("folder %q: no field is called %q (known are %s)", text, name, strings.Join(fieldNames(),
				", "))
		}
		if dated := name == "taken" || name == "modified"; layout != "" && !dated || strings.Contains(layout, "/") {
			return nil, fmt.Errorf("folder %q: {%s} takes no such layout", text, name)
		} else if dated && layout == "" {
			layout = time.DateOnly
		}
		t = append(t, piece{field: name, layout: layout})
		example.WriteString("x")
		rest = behind
	}
	return t, validFolder(example.String())
}

// IsField reports whether there is a field of this name.
func IsField(name string) bool {
	for _, n := range fieldNames() {
		if n == name {
			return true
		}
	}
	return false
}

// validFolder reports what is wrong with a path below DEST.
func validFolder(folder string) error {
	if folder == "" || path.IsAbs(folder) || path.Clean(folder) != folder || folder == "." || strings.Contains(folder,
		"\x00") ||
		len(folder) > 1024 {
		return fmt.Errorf("%q cannot be a folder below the destination", folder)
	}
	for _, part := range strings.Split(folder, "/") {
		if part == ".." || strings.HasPrefix(part, ".junksort") || len(part) > 255 || leave.Repository([]byte(part)) {
			return fmt.Errorf("%q cannot be a folder's name", part)
		}
	}
	return nil
}

// first returns the folder directly in DEST, if it is the same for all files.
func (t template) first() string {
	if len(t) == 0 || t[0].field != "" {
		return ""
	}
	first, _, more := strings.Cut(t[0].text, "/")
	if !more && len(t) > 1 {
		return "" // goes on with a field
	}
	return first
}

// expand fills in the fields, and returns false for a file that lacks one.
func (t template) expand(f *File) (string, bool) {
	var b strings.Builder
	for _, p := range t {
		if p.field == "" {
			b.WriteString(p.text)
			continue
		}
		value := plain(f.Field(p.field, p.layout))
		if value == "" {
			return "", false
		}
		b.WriteString(value)
	}
	folder := b.String()
	return folder, validFolder(folder) == nil
}

// Field returns the value of a template's field for the file, in a layout of package time if it is a time; empty if the
// file lacks it.
func (f *File) Field(name, layout string) string {
	switch name {
	case "taken":
		if at := f.taken(); !at.IsZero() {
			return at.Format(layout)
		}
	case "modified":
		if s, err := f.stat(); err == nil {
			return s.Mtime.Format(layout)
		}
	case "type":
		kind, _, _ := strings.Cut(f.Type(), "/")
		return kind
	case "extension":
		return f.Extension
	case "origin":
		return f.host()
	case "artist":
		return f.tags().Artist
	case "album":
		return f.tags().Album
	case "genre":
		return f.tags().Genre
	case "title":
		return f.tags().Title
	case "year":
		return f.tags().Year
	}
	return ""
}

// longest bounds the length of one field's value, in bytes.
const longest = 100

// plain makes a text from a file fit to be part of a folder's name: without slashes, invisible characters, and dots or
// spaces at its ends.
func plain(value string) string {
	value = strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == '\\':
			return '_'
		case r == utf8.RuneError || !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, value)
	if len(value) > longest {
		n := longest
		for n > 0 && !utf8.RuneStart(value[n]) {
			n--
		}
		value = value[:n]
	}
	return strings.Trim(value, ". ")
}
