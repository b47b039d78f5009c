package search

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// maxOrdered is the number of letters that count for the order: an index must hold the key.
const maxOrdered = 160

// OrderKey returns a text whose bytes compare as s is ordered:
//
//   - digits, then Cyrillic, then Latin letters, then all other characters by code point;
//   - Cyrillic as in the Ukrainian alphabet (г ґ д, е є ж, и і ї й, ь ю я), and between its letters ё after є,
//     ъ and ы after щ, э after ь, ў after у;
//   - Latin without regard to accents; neither case nor apostrophes matter, and a hyphen counts as a space;
//   - texts that are equal by these rules are ordered by their folded form.
//
// The key is ASCII as long as the text has no characters but those, and is at most 2,000 bytes long:
// the letters after the first 160 do not count.
func OrderKey(s string) string { return orderKey(Fold(s)) }

func orderKey(folded string) string {
	var b strings.Builder
	b.Grow(3 * min(len(folded), maxOrdered))
	count := 0
	for _, r := range latin(folded) {
		if count == maxOrdered {
			break
		}
		count++
		switch letter, ok := place(r); {
		case ok:
			b.WriteByte(letter)
		case r == '\'':
		case r == ' ' || r == '-':
			b.WriteByte(' ')
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		default:
			b.WriteByte('~')
			b.WriteRune(r)
		}
	}
	b.WriteByte('\x1f') // lower than everything above: a shorter text comes first
	count = 0
	for _, r := range folded {
		if count++; count > maxOrdered {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// The letters in their order. Every Cyrillic one takes two bytes.
const (
	cyrillic      = "абвгґдеєёжзиіїйклмнопрстуўфхцчшщъыьэюя"
	firstCyrillic = '9' + 1
	firstLatin    = firstCyrillic + len(cyrillic)/2 // 'z' then has a place before '~'
)

// place returns the byte that stands for a letter.
func place(r rune) (byte, bool) {
	if r >= 'a' && r <= 'z' {
		return byte(firstLatin) + byte(r-'a'), true
	}
	if r < 'а' || r > 'ґ' {
		return 0, false
	}
	if i := strings.IndexRune(cyrillic, r); i >= 0 {
		return byte(firstCyrillic + i/2), true
	}
	return 0, false
}

// latin takes the accents off Latin letters, and off no others.
func latin(folded string) string {
	accented := func(r rune) bool { return r >= 0xC0 && r < 0x370 || r >= 0x1E00 && r < 0x1F00 }
	if !strings.ContainsFunc(folded, accented) {
		return folded
	}
	var b strings.Builder
	var iter norm.Iter
	iter.InitString(norm.NFC, folded)
	for !iter.Done() {
		char := iter.Next()
		base := norm.NFD.Bytes(char)[0]
		if base >= 'a' && base <= 'z' {
			b.WriteByte(base)
			continue
		}
		b.Write(char)
	}
	return b.String()
}
