package vcf

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Encode returns the card as a file has it: UTF-8, lines that end with CR LF and are folded after 75 bytes. A property
// some bytes of which have no meaning is written as it was read.
func (c *Card) Encode() []byte {
	var b bytes.Buffer
	b.WriteString("BEGIN:VCARD\r\nVERSION:" + c.Version + "\r\n")
	for i := range c.Properties {
		if raw := c.Properties[i].raw; raw != nil {
			b.Write(bytes.TrimRight(raw, "\r\n"))
			b.WriteString("\r\n")
			continue
		}
		fold(&b, c.Properties[i].line())
	}
	b.WriteString("END:VCARD\r\n")
	return b.Bytes()
}

func (p *Property) line() string {
	var b strings.Builder
	if p.Group != "" {
		b.WriteString(p.Group + ".")
	}
	b.WriteString(p.Name)
	for _, param := range p.Params {
		b.WriteString(";" + param.Name + "=")
		for i, value := range param.Values {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(value))
		}
	}
	b.WriteString(":" + p.Value)
	return b.String()
}

// quote writes a parameter's value. It cannot hold a double quote, which RFC 6868 writes as ^'.
func quote(value string) string {
	value = strings.ReplaceAll(value, `"`, "^'")
	if strings.ContainsAny(value, ",:;") || strings.TrimSpace(value) != value {
		return `"` + value + `"`
	}
	return value
}

// fold writes a line in pieces of at most 75 bytes, none of which ends inside a character.
func fold(b *bytes.Buffer, line string) {
	for width := 75; len(line) > width; width = 74 {
		end := width
		for end > 1 && !utf8.RuneStart(line[end]) {
			end--
		}
		b.WriteString(line[:end] + "\r\n ")
		line = line[end:]
	}
	b.WriteString(line + "\r\n")
}
