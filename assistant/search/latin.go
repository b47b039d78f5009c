package search

import (
	"strings"
	"unicode"
)

// Romanise writes Ukrainian in Latin letters by resolution 55 of the Cabinet of Ministers of 27 January 2010: є, ї, й,
// ю and я differently at the beginning of a word, зг as zgh, no soft sign and no apostrophe. s must be folded.
func Romanise(s string) string {
	var b strings.Builder
	before := ' '
	for _, r := range s {
		start := !unicode.IsLetter(before) && before != '\''
		switch latin, ok := romanised(r, start); {
		case r == 'г' && before == 'з':
			b.WriteString("gh")
		case ok:
			b.WriteString(latin)
		case r == '\'' && unicode.Is(unicode.Cyrillic, before):
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

func romanised(r rune, start bool) (string, bool) {
	if start {
		switch r {
		case 'є':
			return "ye", true
		case 'ї':
			return "yi", true
		case 'й':
			return "y", true
		case 'ю':
			return "yu", true
		case 'я':
			return "ya", true
		}
	}
	const letters = "а a б b в v г h ґ g д d е e є ie ж zh з z и y і i ї i й i к k л l м m н n о o п p р r с s т t у u " +
		"ф f х kh ц ts ч ch ш sh щ shch ю iu я ia ё io ъ  ы y э e "
	if r == 'ь' {
		return "", true
	}
	if r < 'а' || r > 'ґ' {
		return "", false
	}
	_, rest, found := strings.Cut(letters, string(r)+" ")
	latin, _, _ := strings.Cut(rest, " ")
	return latin, found
}

// The keys of the Ukrainian keyboard and of the English one, key by key.
const (
	ukrainianKeys = "йцукенгшщзхїфівапролджєячсмитьбю'ґ"
	englishKeys   = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`\\"
)

// OtherLayout returns what the same keys give with the keyboard in the other language, English or Ukrainian.
func OtherLayout(s string) string {
	ukrainian, english := []rune(ukrainianKeys), []rune(englishKeys)
	cyrillic := strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
	from, to := english, ukrainian
	if cyrillic {
		from, to = ukrainian, english
	}
	return strings.Map(func(r rune) rune {
		lower := unicode.ToLower(r)
		for i := range from {
			if from[i] == lower {
				return to[i]
			}
		}
		return r
	}, s)
}
