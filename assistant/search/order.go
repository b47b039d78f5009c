package search

import (
	"strings"
	"unicode/utf8"

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
func OrderKey(s string) string { return string(appendOrderKey(nil, Fold(s))) }

// endOfLetters follows the letters of a key. It is lower than all of them: a shorter text comes first.
const endOfLetters = '\x1f'

// appendOrderKey appends the key of a folded text.
func appendOrderKey(key []byte, folded string) []byte {
	count := 0
	for _, r := range latin(folded) {
		if count == maxOrdered {
			break
		}
		count++
		switch letter, ok := place(r); {
		case ok:
			key = append(key, letter)
		case r == '\'':
		case r == ' ' || r == '-':
			key = append(key, ' ')
		case r >= '0' && r <= '9':
			key = append(key, byte(r))
		default:
			key = utf8.AppendRune(append(key, '~'), r)
		}
	}
	key = append(key, endOfLetters)
	count = 0
	for i := range folded {
		if count++; count > maxOrdered {
			return append(key, folded[:i]...)
		}
	}
	return append(key, folded...)
}

// The letters in their order. Every Cyrillic one takes two bytes.
const (
	cyrillic      = "абвгґдеєёжзиіїйклмнопрстуўфхцчшщъыьэюя"
	firstCyrillic = '9' + 1
	firstLatin    = firstCyrillic + len(cyrillic)/2 // 'z' then has a place before '~'
)

// cyrillicPlaces has the place of every letter from а to ґ in the alphabet, from 1; 0 for what is not in it.
var cyrillicPlaces = func() (places ['ґ' - 'а' + 1]byte) {
	for i, r := range cyrillic {
		places[r-'а'] = byte(i/2 + 1)
	}
	return places
}()

// place returns the byte that stands for a letter.
func place(r rune) (byte, bool) {
	if r >= 'a' && r <= 'z' {
		return byte(firstLatin) + byte(r-'a'), true
	}
	if r < 'а' || r > 'ґ' || cyrillicPlaces[r-'а'] == 0 {
		return 0, false
	}
	return firstCyrillic + cyrillicPlaces[r-'а'] - 1, true
}

// latin removes the accents of Latin letters, and of no others.
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
