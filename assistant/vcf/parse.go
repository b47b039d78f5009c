package vcf

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// parse reads the lines of one whole card, BEGIN and END included. legacy is the encoding of what is neither UTF-8 nor
// declared.
func parse(lines [][]byte, legacy encoding.Encoding) *Card {
	card := &Card{Version: "3.0"}
	old := false
	for _, line := range lines {
		switch version := strings.ToUpper(strings.ReplaceAll(string(bytes.TrimSpace(line)), " ", "")); {
		case strings.HasPrefix(version, "VERSION:4"):
			card.Version = "4.0"
		case strings.HasPrefix(version, "VERSION:2"):
			old = true
		}
	}
	p := parser{old: old, legacy: legacy, source: slices.Clone(lines)}
	if whole := bytes.Join(lines, nil); utf8.Valid(whole) &&
		!bytes.Contains(bytes.ToUpper(whole[:min(len(whole), 64<<10)]), []byte("QUOTED-PRINTABLE")) {
		p.sure = true
	} else {
		p.sure = guess(plainText(whole)) == legacy
	}
	for _, line := range unfold(lines[1:len(lines)-1], old) {
		property, ok := p.line(line)
		if ok {
			p.inText = goesOn(property.Name)
		}
		if n := len(card.Properties); !ok && n > 0 {
			p.goOn(&card.Properties[n-1], line)
			continue
		}
		p.flush(card)
		switch {
		case !ok:
			// The first line is not a property: nothing can continue it.
		case property.Name == "VERSION":
			card.frame.at, card.declared = property.Line, strings.TrimSpace(property.Value)
		default:
			card.Properties = append(card.Properties, property)
		}
	}
	p.flush(card)
	card.keepBytes(p.source, old)
	return card
}

// A parser reads the properties of one card.
type parser struct {
	old    bool
	legacy encoding.Encoding
	source [][]byte        // the lines of the card, in which the legacy encoding is declared unless the card is sure of it
	sure   bool            // the card by itself leads to the same guess
	more   strings.Builder // what continues the last property
	inText bool            // the last property is one whose text programs do not fold
}

// goOn takes a line that is not a property: it continues the text of the property before it, as written by a program
// that does not fold.
func (p *parser) goOn(before *Property, l joinedLine) {
	text, _ := decode(l.bytes, "", p.legacy)
	if before.IsBinary() {
		p.more.WriteString(clean(withoutSpace(text)))
		return
	}
	value := before.Value
	if p.more.Len() > 0 {
		value = p.more.String()
	}
	if slashes := len(value) - len(strings.TrimRight(value, `\`)); slashes%2 == 1 {
		p.more.WriteByte('\\') // else the one before would escape the next
	}
	p.more.WriteString(`\n` + clean(strings.TrimSpace(text)))
}

// goesOn reports whether the value of a property may have several lines.
func goesOn(name string) bool {
	return slices.Contains([]string{"NOTE", "ADR", "LABEL", "X-NOTE", "X-COMMENT"}, name)
}

// flush adds to the last property what continues it.
func (p *parser) flush(card *Card) {
	if n := len(card.Properties); n > 0 && p.more.Len() > 0 {
		card.Properties[n-1].Value += p.more.String()
		card.Properties[n-1].joined = true
		p.more.Reset()
	}
}

// A joinedLine is a line with those that continue it, with the number of its first line, 0 being that of BEGIN.
type joinedLine struct {
	bytes []byte
	first int
}

// unfold joins the lines that belong together: those that start with white space, which version 2.1 keeps and the
// others lose, the soft line breaks of quoted-printable, and a card inside the AGENT property. White space within a
// letter is not part of the text: programs fold quoted-printable wherever a line is full.
func unfold(lines [][]byte, old bool) []joinedLine {
	var joined []joinedLine
	soft := false
	for i := 0; i < len(lines); i++ {
		line := bytes.TrimRight(lines[i], "\r\n")
		last := len(joined) - 1
		blank := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		switch {
		case soft:
			joined[last].bytes = joined[last].bytes[:len(joined[last].bytes)-1]
			if blank && withinLetter(joined[last].bytes) {
				line = bytes.TrimLeft(line, " \t")
			}
			joined[last].bytes = append(joined[last].bytes, line...)
		case blank && last >= 0:
			if !old || isQuotedPrintable(joined[last].bytes) && withinLetter(joined[last].bytes) {
				line = line[1:]
			}
			joined[last].bytes = append(joined[last].bytes, line...)
		case isLine(line, "BEGIN:VCARD") && last >= 0:
			end := i + slices.IndexFunc(lines[i:], func(l []byte) bool { return isLine(l, "END:VCARD") })
			for ; i <= end; i++ {
				inner := bytes.TrimRight(lines[i], "\r\n")
				joined[last].bytes = append(append(joined[last].bytes, Escape(string(inner))...), "\\n"...)
			}
			i--
		case len(bytes.TrimSpace(line)) == 0:
			continue
		default:
			joined = append(joined, joinedLine{bytes.Clone(line), i + 1})
			last++
		}
		soft = last >= 0 && bytes.HasSuffix(joined[last].bytes, []byte("=")) && isQuotedPrintable(joined[last].bytes)
	}
	return joined
}

// withinLetter reports whether quoted-printable breaks off in the middle of =XX or of a letter in UTF-8.
func withinLetter(line []byte) bool {
	if n := len(line); n >= 2 && line[n-2] == '=' && unhex(line[n-1]) >= 0 {
		return true
	}
	var letter []byte
	for n := len(line); n >= 3 && len(letter) < utf8.UTFMax && line[n-3] == '='; n -= 3 {
		high, low := unhex(line[n-2]), unhex(line[n-1])
		if high < 0 || low < 0 {
			return false
		}
		letter = append([]byte{byte(high<<4 | low)}, letter...)
		if utf8.RuneStart(letter[0]) {
			return !utf8.FullRune(letter)
		}
	}
	return false
}

// isQuotedPrintable reports whether a line that is not parsed yet is quoted-printable, by its parameters.
func isQuotedPrintable(line []byte) bool {
	colon := endOfHead(line)
	if colon < 0 {
		return false
	}
	for _, param := range splitQuoted(strings.ToUpper(string(line[:colon])), ';') {
		param = strings.TrimSpace(strings.TrimPrefix(strings.ReplaceAll(param, " ", ""), "ENCODING="))
		if param == "QUOTED-PRINTABLE" {
			return true
		}
	}
	return false
}

// line reads [group.]NAME[;PARAM...]:VALUE. It reports false if the line is not of that form.
func (p *parser) line(l joinedLine) (Property, bool) {
	property := Property{Line: l.first}
	colon := endOfHead(l.bytes)
	if colon < 0 && p.isHead(l.bytes) {
		colon = len(l.bytes)
		l.bytes = append(slices.Clone(l.bytes), ':')
	}
	if colon < 0 {
		return property, false
	}
	head := splitQuoted(string(l.bytes[:colon]), ';')
	name := strings.TrimSpace(head[0])
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 && isName(strings.ReplaceAll(name[:dot], ".", "")) &&
		isName(name[dot+1:]) {
		property.Group, name = name[:dot], name[dot+1:]
	}
	switch {
	case isName(name):
		property.Name = strings.ToUpper(name)
	case !p.isUnusual(name):
		return property, false
	default:
		text, _ := decode([]byte(name), "", p.legacy)
		property.Name = clean(text)
	}
	for _, param := range head[1:] {
		property.addParam(param, p.legacy)
	}
	declared := property.Param("CHARSET") != ""
	broken, guessed := property.decodeValue(l.bytes[colon+1:], p.old, p.legacy)
	property.broken = broken
	if guessed != "" && !declared && !p.sure {
		p.declare(l.first, guessed)
	}
	return property, true
}

// declare writes the guessed encoding into the head of a property's line, so that it is read the same way everywhere.
func (p *parser) declare(i int, charset string) {
	line := p.source[i]
	if at := bytes.IndexAny(line, ";:"); at > 0 {
		p.source[i] = slices.Concat(line[:at], []byte(";CHARSET="+charset), line[at:])
	}
}

// isUnusual reports whether a text before a colon is a name after all, such as X-MESSAGING/XMPP-ALL, Custom Field or
// X-ПОЛЕ: it is short and has letters. Within a text that may have several lines, as after NOTE and ADR, only one that
// begins with X- is a name.
func (p *parser) isUnusual(name string) bool {
	if len(name) > 60 || strings.ContainsAny(name, ",\\\"=") || !utf8.ValidString(name) || strings.Count(name, " ") > 3 {
		return false
	}
	if strings.HasPrefix(strings.ToUpper(name), "X-") {
		return !strings.Contains(name, " ")
	}
	return !p.inText && strings.ContainsFunc(name, unicode.IsLetter)
}

// isHead reports whether a line without a colon is a property without a value, such as TEL;CELL, rather than text that
// continues: its name and the names of its parameters have the letters of names.
func (p *parser) isHead(line []byte) bool {
	head := strings.Split(strings.TrimSpace(string(line)), ";")
	return !p.inText && len(head) > 1 && !slices.ContainsFunc(head, func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return !isName(strings.ReplaceAll(name, ".", ""))
	})
}

// endOfHead returns where the colon before the value is. One in quotes belongs to a parameter, unless the quotes
// are never closed.
func endOfHead(line []byte) int {
	quoted := false
	for i, c := range line {
		if c == '"' {
			quoted = !quoted
		}
		if c == ':' && !quoted {
			return i
		}
	}
	return bytes.IndexByte(line, ':')
}

// isName reports whether s is made of the letters, digits and hyphens of a name; programs use underscores, too.
func isName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}

// splitQuoted cuts s at separators that are not between double quotes.
func splitQuoted(s string, separator byte) []string {
	var parts []string
	quoted, start := false, 0
	for i := range len(s) {
		if s[i] == '"' {
			quoted = !quoted
		}
		if s[i] == separator && !quoted {
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// addParam reads NAME=VALUE,VALUE or, as in version 2.1, just a value, which implies the name.
func (p *Property) addParam(param string, legacy encoding.Encoding) {
	param = strings.TrimSpace(param)
	if param == "" {
		return
	}
	if label, ok := customLabel(param, legacy); ok {
		p.Params = append(p.Params, Param{"TYPE", []string{clean(label)}})
		return
	}
	name, value, found := strings.Cut(param, "=")
	name = strings.ToUpper(strings.TrimSpace(name))
	if !found {
		value = param
		switch name {
		case "QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT":
			name = "ENCODING"
		case "URL", "URI", "INLINE", "CID", "CONTENT-ID":
			name = "VALUE"
		default:
			name = "TYPE"
		}
	}
	if !isName(name) {
		name, value = "X-PARAM", param // kept, in a form that can be written
	}
	var values []string
	for _, v := range splitQuoted(value, ',') {
		v = strings.TrimSpace(v)
		if len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"' {
			v = v[1 : len(v)-1]
		}
		text, _ := decode([]byte(v), "", legacy)
		values = append(values, clean(text))
	}
	p.Params = append(p.Params, Param{name, values})
}

// customLabel reads what Samsung writes for a custom label in version 2.1:
// X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=D0=9C=D0=B0).
func customLabel(param string, legacy encoding.Encoding) (string, bool) {
	inner, found := strings.CutPrefix(strings.ToUpper(param), "X-CUSTOM(")
	if !found || !strings.HasSuffix(inner, ")") {
		return "", false
	}
	parts := strings.SplitN(param[len("X-CUSTOM("):len(param)-1], ",", 3)
	label := []byte(parts[len(parts)-1])
	charset := ""
	for _, part := range parts[:len(parts)-1] {
		switch name, value, _ := strings.Cut(part, "="); strings.ToUpper(strings.TrimSpace(name)) {
		case "CHARSET":
			charset = value
		case "ENCODING":
			label = unquote(label)
		}
	}
	text, _ := decode(label, charset, legacy)
	return text, text != ""
}
