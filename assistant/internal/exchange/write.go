package exchange

import (
	"fmt"
	"io"
	"iter"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/vcf"
)

// WriteVCards writes contacts as vCards, see [assistant.Contact.VCard], and returns their number. Groups among them are
// written but not counted, as everywhere in this package.
func WriteVCards(w io.Writer, contacts iter.Seq2[*assistant.Contact, error]) (int, error) {
	return writeAll(w, contacts, func(_ int, c *assistant.Contact) ([]byte, error) { return c.VCard(), nil })
}

// WriteModern writes contacts as vCards of version 4.0.
func WriteModern(w io.Writer, contacts iter.Seq2[*assistant.Contact, error]) (int, error) {
	return writeAll(w, contacts, func(_ int, c *assistant.Contact) ([]byte, error) {
		card, err := vcf.Parse(c.VCard())
		if err != nil {
			return nil, fmt.Errorf("contact %s: %w", c.ID, err)
		}
		return card.Modern().Encode(), nil
	})
}

// WriteJCards writes contacts as an array of jCards, one per line.
func WriteJCards(w io.Writer, contacts iter.Seq2[*assistant.Contact, error]) (int, error) {
	none := true
	n, err := writeAll(w, contacts, func(i int, c *assistant.Contact) ([]byte, error) {
		card, err := vcf.Parse(c.VCard())
		if err != nil {
			return nil, fmt.Errorf("contact %s: %w", c.ID, err)
		}
		text, err := JCard(card)
		begin := ",\n"
		if i == 0 {
			begin, none = "[\n", false
		}
		return append([]byte(begin), text...), err
	})
	end := "\n]\n"
	if none {
		end = "[]\n"
	}
	if err == nil {
		_, err = io.WriteString(w, end)
	}
	return n, err
}

func writeAll(
	w io.Writer, contacts iter.Seq2[*assistant.Contact, error], encode func(int, *assistant.Contact) ([]byte, error),
) (int, error) {
	n, groups := 0, 0
	for c, err := range contacts {
		var text []byte
		if err == nil {
			text, err = encode(n+groups, c)
		}
		if err == nil {
			_, err = w.Write(text)
		}
		if err != nil {
			return n, err
		}
		if c.Group {
			groups++
		} else {
			n++
		}
	}
	return n, nil
}
