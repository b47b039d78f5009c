// Package exchange reads and writes the files of other address books: the CSV of Google and Outlook, LDIF, jCard (RFC
// 7095) and vCards. [Cards] reads whatever a file is; each contact becomes a vCard, so that all of them are imported
// the same way.
package exchange

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// MaxFile is the maximum length in bytes of a file that is read whole, which is one of any kind but vCards.
const MaxFile = 256 << 20

// Cards returns the cards of a file, whose kind is detected from its content. A row or an entry that cannot be read is
// a [vcf.SyntaxError], after which the next one follows; any other error is the last.
func Cards(r io.Reader) iter.Seq2[*vcf.Card, error] {
	return func(yield func(*vcf.Card, error) bool) {
		head := make([]byte, 4096)
		n, err := io.ReadFull(r, head)
		head = head[:n]
		if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
			yield(nil, err)
			return
		}
		whole := io.MultiReader(bytes.NewReader(head), r)
		read := kindOf(vcf.Decode(head))
		if read == nil {
			vcf.NewReader(whole).All()(yield)
			return
		}
		file, err := io.ReadAll(io.LimitReader(whole, MaxFile+1))
		if err == nil && len(file) > MaxFile {
			err = fmt.Errorf("the file is longer than %d MiB", MaxFile>>20)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		read(vcf.Decode(file), yield)
	}
}

type reader func(text string, yield func(*vcf.Card, error) bool)

// kindOf returns the reader for a file, chosen by its beginning; nil for vCards.
func kindOf(head string) reader {
	begin := strings.TrimLeft(head, " \t\r\n\ufeff")
	line, _, _ := strings.Cut(begin, "\n")
	upper := strings.ToUpper(line)
	switch {
	case strings.HasPrefix(begin, "["):
		return jcards
	case strings.HasPrefix(upper, "DN:") || strings.HasPrefix(upper, "VERSION: 1") || strings.HasPrefix(upper, "#") &&
		strings.Contains(strings.ToUpper(head), "\nDN:"):
		return ldif
	case strings.HasPrefix(upper, "BEGIN:"):
		return nil
	case isHeader(line):
		return table
	}
	return nil
}

// A builder makes a card from fields.
type builder struct {
	card   *vcf.Card
	labels int
}

func newBuilder(line int) *builder { return &builder{card: &vcf.Card{Version: "3.0", Line: line}} }

// text adds a property with a text, unless that is empty.
func (b *builder) text(name, value string) {
	if value = strings.TrimSpace(value); value != "" {
		b.card.Properties = append(b.card.Properties, vcf.Property{Name: name, Value: vcf.Escape(value)})
	}
}

// typed adds a property with a type: a word of the standard, or a label that the user chose.
func (b *builder) typed(name, kind, value string) {
	if value = strings.TrimSpace(value); value != "" {
		b.labelled(vcf.Property{Name: name, Value: vcf.Escape(value)}, kind)
	}
}

func (b *builder) labelled(p vcf.Property, kind string) {
	kind = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(kind), "* "))
	known := map[string]string{
		"home": "HOME", "work": "WORK", "mobile": "CELL", "cell": "CELL", "main": "MAIN", "pager": "PAGER", "fax": "FAX",
		"home fax": "HOME,FAX", "work fax": "WORK,FAX",
	}[strings.ToLower(kind)]
	switch {
	case known != "":
		p.SetParam("TYPE", strings.Split(known, ",")...)
	case kind != "" && !strings.EqualFold(kind, "other"):
		b.labels++
		p.Group = fmt.Sprintf("item%d", b.labels)
		b.card.Properties = append(b.card.Properties, p, vcf.Property{
			Group: p.Group, Name: "X-ABLABEL",
			Value: vcf.Escape(kind),
		})
		return
	}
	b.card.Properties = append(b.card.Properties, p)
}

// structured adds a property of parts, unless all are empty.
func (b *builder) structured(name, kind string, parts ...string) {
	escaped, some := make([]string, len(parts)), false
	for i, part := range parts {
		part = strings.TrimSpace(part)
		escaped[i], some = vcf.Escape(part), some || part != ""
	}
	if some {
		b.labelled(vcf.Property{Name: name, Value: strings.Join(escaped, ";")}, kind)
	}
}

// done returns the card, which has a source as if it had been read.
func (b *builder) done() *vcf.Card {
	b.card.Source = b.card.Encode()
	return b.card
}
