package vcf

import (
	"encoding/base64"
	"slices"
	"strings"
)

// A Card is one vCard. Its Properties exclude BEGIN, VERSION and END.
type Card struct {
	Version    string // "3.0" or "4.0"; what was read as 2.1 is converted to 3.0
	Properties []Property

	Line   int    // where the card starts in its file, from 1; 0 when it was not read
	Source []byte // the bytes that it was read from, from BEGIN to END

	frame    frame
	declared string
}

// Declared returns the version that the card declared when it was read; "" if it declared none.
func (c *Card) Declared() string { return c.declared }

// A Property is one content line of a card.
type Property struct {
	Group  string // "item1", or ""
	Name   string // upper case, or as it was read if it has characters that a name may not have
	Params []Param
	Value  string // in Unicode and one line, with the escapes of version 3.0: \n \, \; \\
	Line   int    // where it starts in its card, 0 being the line of BEGIN; 0 when it was not read

	raw    []byte   // the lines that it was read from, which are written for it as long as it still says what was read
	read   *content // what was read
	broken bool     // Value has U+FFFD for some of the bytes
	joined bool     // it has lines that are not folded: other programs would not understand what was read
}

// A Param is one parameter of a property.
type Param struct {
	Name   string // upper case
	Values []string
}

// First returns the first property of that name, or nil.
func (c *Card) First(name string) *Property {
	for i := range c.Properties {
		if c.Properties[i].Name == name {
			return &c.Properties[i]
		}
	}
	return nil
}

// Param returns the first value of a parameter, or "".
func (p *Property) Param(name string) string {
	for _, param := range p.Params {
		if param.Name == name && len(param.Values) > 0 {
			return param.Values[0]
		}
	}
	return ""
}

// Types returns the values of all TYPE parameters in lower case.
func (p *Property) Types() []string {
	var types []string
	for _, param := range p.Params {
		if param.Name == "TYPE" {
			for _, value := range param.Values {
				types = append(types, strings.Split(strings.ToLower(value), ",")...) // 4.0 has TYPE="work,voice"
			}
		}
	}
	return types
}

// SetParam replaces a parameter; without values it removes it.
func (p *Property) SetParam(name string, values ...string) {
	p.Params = slices.DeleteFunc(slices.Clone(p.Params), func(param Param) bool { return param.Name == name })
	if len(values) > 0 {
		p.Params = append(p.Params, Param{name, values})
	}
}

// Text returns the value without escapes.
func (p *Property) Text() string { return Unescape(p.Value) }

// Components returns the parts of a structured value (N, ADR, ORG), which semicolons separate, without escapes.
func (p *Property) Components() []string { return split(p.Value, ';') }

// List returns the parts of a value that is a list (NICKNAME, CATEGORIES), which commas separate, without escapes.
func (p *Property) List() []string { return split(p.Value, ',') }

// IsBinary reports whether the value is base64.
func (p *Property) IsBinary() bool { return isBase64(p.Param("ENCODING")) }

// Binary returns the bytes of a base64 value.
func (p *Property) Binary() ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(p.Value, "="))
}

func isBase64(encoding string) bool {
	return strings.EqualFold(encoding, "b") || strings.EqualFold(encoding, "base64")
}

// Escape returns text as the value of a property or as one part of a structured value or list.
func Escape(text string) string { return escaper.Replace(text) }

var escaper = strings.NewReplacer("\\", "\\\\", "\r\n", "\\n", "\n", "\\n", "\r", "\\n", ",", "\\,", ";", "\\;")

// Unescape returns the text of a value. A backslash before any character but n and N stands for that character.
func Unescape(value string) string {
	if !strings.Contains(value, "\\") {
		return value
	}
	var b strings.Builder
	escaped := false
	for _, r := range value {
		switch {
		case escaped && (r == 'n' || r == 'N'):
			b.WriteByte('\n')
		case escaped || r != '\\':
			b.WriteRune(r)
		}
		escaped = !escaped && r == '\\'
	}
	if escaped {
		b.WriteByte('\\')
	}
	return b.String()
}

// split cuts a value at the separators that are not escaped, and unescapes the parts.
func split(value string, separator byte) []string {
	var parts []string
	start := 0
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case separator:
			parts = append(parts, Unescape(value[start:i]))
			start = i + 1
		}
	}
	return append(parts, Unescape(value[start:]))
}
