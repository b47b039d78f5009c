// Package romanize writes Ukrainian in Latin letters as resolution 55 of the Cabinet of Ministers of Ukraine of 27
// January 2010 says, which is how passports and road signs are written.
//
// The table has two columns: at the start of a word є ї й ю я are Ye Yi Y Yu Ya, elsewhere ie i i iu ia. A word starts
// after anything that is not a letter: a space, a hyphen, an underscore, a digit, a bracket. зг is zgh, to distinguish
// it from ж, which is zh. The soft sign and the apostrophe vanish and start no word. A word of two or more letters that
// are all capitals stays in capitals.
//
// The resolution knows no Russian. Russian-only letters follow a rule of this package: ё is Yo at the start of a word
// and io elsewhere, like the letters above; ы is y, э is e, and ъ vanishes. Everything else (Latin, other scripts,
// other Cyrillic letters, signs, digits) stays as it is.
package romanize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// letter returns what a small letter becomes: at the start of a word, and elsewhere.
func letter(r rune) (start, within string, ok bool) {
	switch r {
	case 'а':
		return "a", "a", true
	case 'б':
		return "b", "b", true
	case 'в':
		return "v", "v", true
	case 'г':
		return "h", "h", true
	case 'ґ':
		return "g", "g", true
	case 'д':
		return "d", "d", true
	case 'е', 'э':
		return "e", "e", true
	case 'є':
		return "ye", "ie", true
	case 'ё':
		return "yo", "io", true
	case 'ж':
		return "zh", "zh", true
	case 'з':
		return "z", "z", true
	case 'и', 'ы':
		return "y", "y", true
	case 'і':
		return "i", "i", true
	case 'ї':
		return "yi", "i", true
	case 'й':
		return "y", "i", true
	case 'к':
		return "k", "k", true
	case 'л':
		return "l", "l", true
	case 'м':
		return "m", "m", true
	case 'н':
		return "n", "n", true
	case 'о':
		return "o", "o", true
	case 'п':
		return "p", "p", true
	case 'р':
		return "r", "r", true
	case 'с':
		return "s", "s", true
	case 'т':
		return "t", "t", true
	case 'у':
		return "u", "u", true
	case 'ф':
		return "f", "f", true
	case 'х':
		return "kh", "kh", true
	case 'ц':
		return "ts", "ts", true
	case 'ч':
		return "ch", "ch", true
	case 'ш':
		return "sh", "sh", true
	case 'щ':
		return "shch", "shch", true
	case 'ю':
		return "yu", "iu", true
	case 'я':
		return "ya", "ia", true
	case 'ь', 'ъ':
		return "", "", true
	}
	return "", "", false
}

// known reports whether r is a letter of the table.
func known(r rune) bool {
	_, _, ok := letter(unicode.ToLower(r))
	return ok
}

// apostrophe reports whether r is one of the signs that are typed for the Ukrainian apostrophe.
func apostrophe(r rune) bool { return strings.ContainsRune("'’ʼ‘`´′＇‛ʹʻʽˈ՚ꞌ", r) }

// Has reports whether Ukrainian would change s: whether it is UTF-8 and has a letter of the table.
func Has(s []byte) bool {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		if known(r) {
			return utf8.Valid(s)
		}
		i += size
	}
	return false
}

// Ukrainian returns s in Latin letters. A string that is not UTF-8 is returned unchanged.
func Ukrainian(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	text := compose([]rune(s))
	var b strings.Builder
	for i := 0; i < len(text); {
		if !inWord(text, i) {
			b.WriteRune(text[i])
			i++
			continue
		}
		end := i
		for end < len(text) && inWord(text, end) {
			end++
		}
		word(&b, text[i:end])
		i = end
	}
	return b.String()
}

// compose joins a Cyrillic letter and its mark into one letter (и and a breve into й), as computers that store names in
// NFD need it. Marks on other letters stay apart.
func compose(text []rune) []rune {
	out := text[:0]
	for _, r := range text {
		if n := len(out); n > 0 {
			if joined, ok := join(out[n-1], r); ok {
				out[n-1] = joined
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

func join(base, mark rune) (rune, bool) {
	const breve, diaeresis = '\u0306', '\u0308'
	switch {
	case mark == breve && base == 'и':
		return 'й', true
	case mark == breve && base == 'И':
		return 'Й', true
	case mark == diaeresis && base == 'і':
		return 'ї', true
	case mark == diaeresis && base == 'І':
		return 'Ї', true
	case mark == diaeresis && base == 'е':
		return 'ё', true
	case mark == diaeresis && base == 'Е':
		return 'Ё', true
	}
	return 0, false
}

// inWord reports whether text[i] belongs to a word: a letter, a mark on one, or an apostrophe between two letters of
// the table.
func inWord(text []rune, i int) bool {
	r := text[i]
	if unicode.IsLetter(r) && !apostrophe(r) || i > 0 && unicode.IsMark(r) {
		return true
	}
	return apostrophe(r) && i > 0 && i+1 < len(text) && known(text[i-1]) && known(text[i+1])
}

// word writes one word.
func word(b *strings.Builder, text []rune) {
	capitals := allCapitals(text)
	start := true
	for i, r := range text {
		if apostrophe(r) {
			continue
		}
		lower := unicode.ToLower(r)
		first, within, ok := letter(lower)
		if !ok {
			b.WriteRune(r)
			start = false
			continue
		}
		latin := within
		if start {
			latin = first
		}
		if lower == 'г' && i > 0 && unicode.ToLower(text[i-1]) == 'з' {
			latin = "gh"
		}
		switch {
		case latin == "":
		case r == lower:
			b.WriteString(latin)
		case capitals:
			b.WriteString(strings.ToUpper(latin))
		default:
			b.WriteString(strings.ToUpper(latin[:1]) + latin[1:])
		}
		start = false
	}
}

// allCapitals reports whether a word has two letters or more, none of them small.
func allCapitals(text []rune) bool {
	letters := 0
	for _, r := range text {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters >= 2
}
