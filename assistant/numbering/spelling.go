package numbering

import (
	"regexp"
	"strings"
	"sync"
)

// withinText cuts a number out of what was typed: from where it begins to where a second one does. For a URI (RFC
// 3966), it puts the context in front.
func withinText(s string) string {
	const parameter = ";phone-context="
	if number, rest, found := strings.Cut(s, parameter); found {
		context, _, _ := strings.Cut(rest, ";")
		const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		if context == "" || strings.Trim(context, "+-.()0123456789"+letters) != "" {
			return ""
		}
		if _, after, found := strings.Cut(number, "tel:"); found {
			number = after
		}
		if strings.HasPrefix(context, "+") { // else it is the name of a host
			number = context + number
		}
		s = number
	} else {
		start := strings.IndexFunc(s, func(r rune) bool {
			_, ok := digit(r)
			return ok || r == '+' || r == '＋'
		})
		if start < 0 {
			return ""
		}
		s = s[start:]
		if at := secondNumber(s); at >= 0 {
			s = s[:at]
		}
	}
	if at := strings.Index(s, ";isub="); at > 0 {
		s = s[:at]
	}
	return s
}

// secondNumber finds the other extension of "583-6985 x302/x2303", or returns -1.
func secondNumber(s string) int {
	for i := range len(s) {
		if (s[i] == '/' || s[i] == '\\') && strings.HasPrefix(strings.TrimLeft(s[i+1:], " "), "x") {
			return i
		}
	}
	return -1
}

// viable reports whether s looks like a number, with an extension or without.
func viable(s string) bool {
	if looksLikeNumber(s) {
		return true
	}
	at := extensionIn(s)
	return at != nil && looksLikeNumber(s[:at[0]])
}

// looksLikeNumber wants two digits and nothing else, or three digits with what may be between digits, after which there
// may be letters, too.
func looksLikeNumber(s string) bool {
	digits, others := 0, false
	body := strings.TrimLeft(s, "+＋")
	for _, r := range body {
		switch _, ok := digit(r); {
		case ok:
			digits++
		case r == '*' || isPunctuation(r):
			others = true
		case isLetter(r) && digits >= 3:
		default:
			return false
		}
	}
	return digits >= 3 || digits == 2 && !others && body == s
}

// isPunctuation reports whether people write r between the digits of a number; x is a placeholder for the code of a
// carrier.
func isPunctuation(r rune) bool {
	if r < 0x80 {
		return strings.ContainsRune("-x ()./[]~", r)
	}
	return r >= '‐' && r <= '―' || r >= '－' && r <= '／' ||
		strings.ContainsRune("−ー\u00a0\u00ad\u200b\u2060\u3000（）［］⁓∼～", r)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// digit returns the ASCII digit for a digit that may be full-width or Arabic.
func digit(r rune) (byte, bool) {
	for _, zero := range [...]rune{'0', '٠', '۰', '０'} {
		if r >= zero && r < zero+10 {
			return byte('0' + r - zero), true
		}
	}
	return 0, false
}

// onlyDigits returns the digits of s and, if there are three letters or more, those that the letters stand for.
func onlyDigits(s string) string {
	letters := 0
	for _, r := range s {
		if isLetter(r) {
			letters++
		}
	}
	digits := make([]byte, 0, len(s))
	for _, r := range s {
		if d, ok := digit(r); ok {
			digits = append(digits, d)
		} else if letters >= 3 && isLetter(r) {
			digits = append(digits, keypad[r|0x20-'a'])
		}
	}
	return string(digits)
}

// keypad has the keys of the letters a to z (ITU-T E.161).
const keypad = "22233344455566677778889999"

// extension matches an extension at the end; each group is one way to write its digits.
var extension = sync.OnceValue(func() *regexp.Regexp {
	const (
		digits = `(\p{Nd}{1,%})#?`
		before = `[ \x{a0}\t,]*`
		after  = `[:.．]?[ \x{a0}\t,-]*`
		sure   = `(?:e?xt(?:ensi(?:o\x{301}?|ó))?n?|ｅ?ｘｔｎ?|доб|anexo)`
		unsure = `(?:[xｘ#＃~～]|int|ｉｎｔ)`
		dialer = `[ \x{a0}\t]*`
	)
	up := func(to string) string { return strings.Replace(digits, "%", to, 1) }
	return regexp.MustCompile(`(?i)(?:` + strings.Join([]string{
		`;ext=(\p{Nd}{1,20})`,
		before + sure + after + up("20"),
		before + unsure + after + up("9"),
		`[- ]+(\p{Nd}{1,6})#`,
		dialer + `(?:,,|;)` + after + up("15"),
		dialer + `,+` + after + up("9"),
	}, "|") + `)$`)
})

// extensionIn returns where an extension is, and its groups, or nil.
func extensionIn(s string) []int {
	// Most numbers have nothing that an extension could begin with.
	if strings.Trim(s, "+0123456789 ()-./") == "" {
		return nil
	}
	return extension().FindStringSubmatchIndex(s)
}

// cutExtension splits off the extension of a number.
func cutExtension(s string) (number, digits string) {
	at := extensionIn(s)
	if at == nil || !viable(s[:at[0]]) {
		return s, ""
	}
	for i := 2; i < len(at); i += 2 {
		if at[i] >= 0 {
			return s[:at[0]], s[at[i]:at[i+1]]
		}
	}
	return s, ""
}
