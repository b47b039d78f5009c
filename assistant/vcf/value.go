package vcf

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/text/encoding"
)

// decodeValue turns the bytes of a value into Unicode and drops the parameters that said how. broken reports whether
// some bytes had no meaning, guessed names the encoding if that was only guessed.
func (p *Property) decodeValue(value []byte, old bool, legacy encoding.Encoding) (broken bool, guessed string) {
	charset, method := p.Param("CHARSET"), p.Param("ENCODING")
	p.SetParam("CHARSET")
	if isBase64(method) {
		if text, ok := unbase64(p.Name, value); ok {
			value, method = text, ""
		} else {
			p.Value = clean(withoutSpace(string(bytes.ToValidUTF8(value, []byte("\uFFFD")))))
			for i := range p.Params {
				if p.Params[i].Name == "ENCODING" {
					p.Params[i].Values = []string{"b"}
				}
			}
			return false, ""
		}
	}
	p.SetParam("ENCODING")
	if strings.EqualFold(method, "QUOTED-PRINTABLE") {
		value = unquote(value)
	}
	text, guessed := decode(value, charset, legacy)
	broken = strings.Contains(text, "\uFFFD") && !bytes.Contains(value, []byte("\uFFFD"))
	if old {
		text = p.modern(text)
	}
	p.Value = clean(newlines.Replace(text))
	return broken, guessed
}

// unbase64 decodes the value of a property that is text: RFC 2425, section 5, and version 2.1 let any value be base64.
func unbase64(name string, value []byte) ([]byte, bool) {
	switch name {
	case "FN",
		"N",
		"NICKNAME",
		"ORG",
		"TITLE",
		"ROLE",
		"NOTE",
		"ADR",
		"LABEL",
		"EMAIL",
		"TEL",
		"URL",
		"BDAY",
		"CATEGORIES":
		text, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(withoutSpace(string(value)), "="))
		return text, err == nil
	}
	return nil, false
}

var newlines = strings.NewReplacer("\r\n", "\\n", "\n", "\\n", "\r", "\\n")

// unquote decodes quoted-printable; anything else stays as it is.
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
