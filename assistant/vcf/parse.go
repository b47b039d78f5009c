package vcf

import (
	"bytes"
	"io"
	"mime/quotedprintable"
	"slices"
	"strings"
)

// parse reads the lines of one whole card, BEGIN and END included.
func parse(lines [][]byte) *Card {
	card := &Card{Source: bytes.Join(lines, nil), Version: "3.0"}
	old := false
	for _, line := range lines {
		switch version := strings.ToUpper(strings.ReplaceAll(string(bytes.TrimSpace(line)), " ", "")); {
		case strings.HasPrefix(version, "VERSION:4"):
			card.Version = "4.0"
		case strings.HasPrefix(version, "VERSION:2"):
			old = true
		}
	}
	for _, line := range unfold(lines[1:len(lines)-1], old) {
		property, ok := parseLine(line, old)
		switch {
		case !ok:
			// No property: the text of the one before goes on here, written by a program that does not fold.
			if n := len(card.Properties); n > 0 {
				card.Properties[n-1].continueWith(decode(line, ""))
			}
		case property.Name != "VERSION":
			card.Properties = append(card.Properties, property)
		}
	}
	return card
}

func (p *Property) continueWith(line string) {
	if p.IsBinary() {
		p.Value += clean(withoutSpace(line))
		return
	}
	if slashes := len(p.Value) - len(strings.TrimRight(p.Value, `\`)); slashes%2 == 1 {
		p.Value += `\` // it would take the n
	}
	p.Value += `\n` + clean(strings.TrimSpace(line))
}

// unfold joins the lines that belong together: those that start with white space, which version 2.1 keeps and the
// others lose, the soft line breaks of quoted-printable, and a card inside the AGENT property.
func unfold(lines [][]byte, old bool) [][]byte {
	var joined [][]byte
	soft := false
	for i := 0; i < len(lines); i++ {
		line := bytes.TrimRight(lines[i], "\r\n")
		last := len(joined) - 1
		switch {
		case soft:
			joined[last] = append(joined[last][:len(joined[last])-1], line...)
		case len(line) > 0 && (line[0] == ' ' || line[0] == '\t') && last >= 0:
			if !old {
				line = line[1:]
			}
			joined[last] = append(joined[last], line...)
		case isLine(line, "BEGIN:VCARD") && last >= 0:
			end := i + slices.IndexFunc(lines[i:], func(l []byte) bool { return isLine(l, "END:VCARD") })
			for ; i <= end; i++ {
				inner := bytes.TrimRight(lines[i], "\r\n")
				joined[last] = append(append(joined[last], Escape(string(inner))...), "\\n"...)
			}
			i--
		case len(bytes.TrimSpace(line)) == 0:
			continue
		default:
			joined = append(joined, bytes.Clone(line))
			last++
		}
		soft = last >= 0 && bytes.HasSuffix(joined[last], []byte("=")) && isQuotedPrintable(joined[last])
	}
	return joined
}

// isQuotedPrintable looks at the parameters of a line that is not parsed yet.
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

// parseLine reads [group.]NAME[;PARAM...]:VALUE. It reports false when the line is nothing of the kind.
func parseLine(line []byte, old bool) (Property, bool) {
	var p Property
	colon := endOfHead(line)
	if colon < 0 {
		return p, false
	}
	head := splitQuoted(string(line[:colon]), ';')
	name := strings.TrimSpace(head[0])
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		p.Group, name = name[:dot], name[dot+1:]
	}
	if !isName(name) || p.Group != "" && !isName(p.Group) {
		return p, false
	}
	p.Name = strings.ToUpper(name)
	for _, param := range head[1:] {
		p.addParam(param)
	}
	p.decodeValue(line[colon+1:], old)
	return p, true
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

// isName says that s is made of the letters, digits and hyphens of a name; programs use underscores, too.
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

// addParam reads NAME=VALUE,VALUE or, as version 2.1 has it, a value alone, which tells its name.
func (p *Property) addParam(param string) {
	param = strings.TrimSpace(param)
	if param == "" {
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
		values = append(values, clean(decode([]byte(v), "")))
	}
	p.Params = append(p.Params, Param{name, values})
}

// decodeValue turns the bytes of a value into Unicode and drops the parameters that said how.
func (p *Property) decodeValue(value []byte, old bool) {
	charset, encoding := p.Param("CHARSET"), p.Param("ENCODING")
	p.SetParam("CHARSET")
	if isBase64(encoding) {
		p.Value = clean(withoutSpace(decode(value, "")))
		for i := range p.Params {
			if p.Params[i].Name == "ENCODING" {
				p.Params[i].Values = []string{"b"}
			}
		}
		return
	}
	p.SetParam("ENCODING")
	if strings.EqualFold(encoding, "QUOTED-PRINTABLE") {
		value = unquote(value)
	}
	text := decode(value, charset)
	if old {
		text = p.modern(text)
	}
	p.Value = clean(newlines.Replace(text))
}

var newlines = strings.NewReplacer("\r\n", "\\n", "\n", "\\n", "\r", "\\n")

// unquote decodes quoted-printable; what is none stays as it is.
func unquote(value []byte) []byte {
	decoded, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(value)))
	if err != nil {
		return unquoteLoosely(value)
	}
	return decoded
}

func withoutSpace(s string) string { return strings.Join(strings.Fields(s), "") }

// modern gives text of version 2.1 the escapes of version 3.0: there a comma never separates, except in lists.
func (p *Property) modern(text string) string {
	switch p.Name {
	case "FN", "N", "ADR", "ORG", "NOTE", "TITLE", "ROLE", "LABEL":
	default:
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && strings.IndexByte(`\;,:nN`, text[i+1]) >= 0:
			b.WriteString(text[i : i+2])
			i++
		case c == '\\' || c == ',':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
