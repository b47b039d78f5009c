package vcf

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// Encode returns the card as a file has it: what was read and not changed since as it stood, byte for byte, and all
// else in UTF-8, in lines that end with CR LF and are folded after 75 bytes. Of a card of version 2.1 or in another
// encoding, everything is written in this way, except properties some bytes of which have no meaning.
func (c *Card) Encode() []byte { return c.encode(c.frame) }

// Canonical returns the card as [Card.Encode] writes one that was not read: cards that say the same in the same order
// have the same canonical form.
func (c *Card) Canonical() []byte {
	plain := &Card{Version: c.Version, Properties: slices.Clone(c.Properties)}
	for i := range plain.Properties {
		if p := &plain.Properties[i]; !p.broken {
			p.raw = nil
		}
	}
	return plain.encode(frame{})
}

func (c *Card) encode(frame frame) []byte {
	var b bytes.Buffer
	b.Grow(len(c.Source) + 64)
	if frame.begin == nil {
		b.WriteString("BEGIN:VCARD\r\n")
	} else {
		writeKept(&b, frame.begin)
	}
	if frame.version == nil {
		b.WriteString("VERSION:" + c.Version + "\r\n")
	}
	version := frame.version
	for i := range c.Properties {
		p := &c.Properties[i]
		if version != nil && (p.Line == 0 || p.Line > frame.at) {
			writeKept(&b, version)
			version = nil
		}
		switch {
		case p.raw == nil || !p.isRead():
			fold(&b, p.line())
		case frame.begin == nil:
			b.Write(bytes.TrimRight(p.raw, "\r\n"))
			b.WriteString("\r\n")
		default:
			writeKept(&b, p.raw)
		}
	}
	if version != nil {
		writeKept(&b, version)
	}
	if frame.end == nil {
		b.WriteString("END:VCARD\r\n")
	} else {
		writeKept(&b, frame.end)
	}
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
