// Package pattern makes new names for files from what is known of them: their old names, the time at which a photo was
// taken, the tags of a song, a counter.
package pattern

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/pythonweb/goweb/junksort/romanize"
	"github.com/pythonweb/goweb/junksort/rule"
)

// Options say how names are made. One of Pattern and Normalize is needed.
type Options struct {
	// Find is the part of a name, without its extension, that Pattern replaces: a regular expression in the syntax of
	// package regexp, of which each match counts. Empty is the whole name.
	Find string
	// Pattern is the replacement: text and fields in braces. {name} is what was found, {1} its first group, {n} a counter
	// and {n:003} one of three digits, {folder} the name of the folder; the others are those of a rule's folder,
	// {taken:2006-01-02}. A field may end in filters: {name|latin|lower}; there are latin, lower, upper, nfc and plain.
	Pattern string
	// Normalize reduces names to Latin letters, digits and underscores, as {name|plain} does.
	Normalize bool
}

// Pattern makes names. It is immutable.
type Pattern struct {
	find   *regexp.Regexp // nil for the whole name
	pieces []piece
	plain  bool
}

// piece is a text, or a field with its layout and filters.
type piece struct {
	text    string
	field   string
	layout  string
	filters []string
}

// New checks options.
func New(o Options) (*Pattern, error) {
	p := &Pattern{plain: o.Normalize}
	if o.Pattern == "" && !o.Normalize {
		return nil, fmt.Errorf("neither a pattern nor normalize is given")
	}
	if o.Find != "" {
		if o.Pattern == "" {
			return nil, fmt.Errorf("find %q needs a pattern to replace it with", o.Find)
		}
		find, err := regexp.Compile(o.Find)
		if err != nil {
			return nil, fmt.Errorf("find %q: %w", o.Find, err)
		}
		p.find = find
	}
	var err error
	p.pieces, err = parse(o.Pattern)
	for _, piece := range p.pieces {
		if n, e := strconv.Atoi(piece.field); err == nil && e == nil && (p.find == nil || n > p.find.NumSubexp()) {
			err = fmt.Errorf("pattern %q: find has no group %d", o.Pattern, n)
		}
	}
	return p, err
}

func parse(text string) ([]piece, error) {
	var list []piece
	for rest := text; rest != ""; {
		before, after, open := strings.Cut(rest, "{")
		if before != "" {
			list = append(list, piece{text: before})
		}
		if !open {
			break
		}
		inner, behind, closed := strings.Cut(after, "}")
		if !closed {
			return nil, fmt.Errorf("pattern %q: a { without its }", text)
		}
		words := strings.Split(inner, "|")
		p := piece{filters: words[1:]}
		p.field, p.layout, _ = strings.Cut(words[0], ":")
		if !known(p.field) {
			return nil, fmt.Errorf("pattern %q: no field is called %q", text, p.field)
		}
		for _, f := range p.filters {
			if filter(f) == nil {
				return nil, fmt.Errorf("pattern %q: no filter is called %q (known are latin, lower, upper, nfc, plain)", text, f)
			}
		}
		list = append(list, p)
		rest = behind
	}
	if strings.ContainsAny(text, "/\x00") {
		return nil, fmt.Errorf("pattern %q: a name cannot contain a slash", text)
	}
	return list, nil
}

func known(field string) bool {
	n, err := strconv.Atoi(field)
	return field == "name" || field == "n" || field == "folder" || err == nil && n > 0 || rule.IsField(field)
}

func filter(name string) func(string) string {
	switch name {
	case "latin":
		return romanize.Ukrainian
	case "lower":
		return strings.ToLower
	case "upper":
		return strings.ToUpper
	case "nfc":
		return norm.NFC.String
	case "plain":
		return plain
	}
	return nil
}

// plain keeps Latin letters and digits, removes the marks of letters, and replaces everything else by underscores.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, norm.NFD.String(romanize.Ukrainian(norm.NFC.String(name))))
}

// File is a file that gets a new name.
type File struct {
	*rule.File
	Folder    string // the name of its folder
	Number    int    // of the file, from 1
	Extension int    // the length of its extension in bytes, without the dot
}

// Name returns the new name or, if there is none, the field that is missing. The extension stays. A name that would be
// empty, . or .. stays what it was.
func (p *Pattern) Name(f File) (name, missing string) {
	stem, tail := f.Name, ""
	if f.Extension > 0 {
		stem, tail = f.Name[:len(f.Name)-f.Extension-1], f.Name[len(f.Name)-f.Extension-1:]
	}
	made := stem
	switch {
	case len(p.pieces) == 0:
	case p.find == nil:
		made, missing = p.fill(f, []string{stem})
	default:
		made = ""
		at := 0
		for _, m := range p.find.FindAllStringSubmatchIndex(stem, -1) {
			var groups []string
			for i := 0; i < len(m); i += 2 {
				if m[i] < 0 {
					groups = append(groups, "")
				} else {
					groups = append(groups, stem[m[i]:m[i+1]])
				}
			}
			var text string
			if text, missing = p.fill(f, groups); missing != "" {
				return f.Name, missing
			}
			made += stem[at:m[0]] + text
			at = m[1]
		}
		made += stem[at:]
	}
	if missing != "" {
		return f.Name, missing
	}
	if p.plain {
		made = plain(made)
	}
	if tail == "" && (made == "." || made == "..") || made == "" {
		return f.Name, ""
	}
	return shorten(made, 255-len(tail)) + tail, ""
}

// fill fills the fields; groups are what was found and its groups.
func (p *Pattern) fill(f File, groups []string) (text, missing string) {
	var b strings.Builder
	for _, piece := range p.pieces {
		if piece.field == "" {
			b.WriteString(piece.text)
			continue
		}
		value, ok := p.value(f, piece, groups)
		if !ok {
			return "", piece.field
		}
		for _, name := range piece.filters {
			value = filter(name)(value)
		}
		b.WriteString(strings.NewReplacer("/", "_", "\x00", "").Replace(value))
	}
	return b.String(), ""
}

func (p *Pattern) value(f File, piece piece, groups []string) (string, bool) {
	switch piece.field {
	case "name":
		return groups[0], true
	case "folder":
		return f.Folder, true
	case "n":
		return fmt.Sprintf("%0*d", len(piece.layout), f.Number), true
	}
	if n, err := strconv.Atoi(piece.field); err == nil {
		return groups[n], true
	}
	layout := piece.layout
	if layout == "" {
		layout = "2006-01-02"
	}
	value := f.Field(piece.field, layout)
	return value, value != ""
}

// shorten returns at most n bytes of a name, without splitting a letter.
func shorten(name string, n int) string {
	if len(name) <= n {
		return name
	}
	for n > 0 && !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n]
}
