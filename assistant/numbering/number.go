package numbering

import (
	"errors"
	"strings"
)

// ErrNone is the error of [Parse] for what cannot be a telephone number.
var ErrNone = errors.New("not a telephone number")

// A Number is a telephone number.
type Number struct {
	E164      string // "+380671234567"
	Extension string // digits, as they were written; "" for none
}

// Known reports whether there is a plan for a region (ISO 3166, in capital letters: "UA").
func Known(region string) bool { return plans().regions[region] != nil }

const (
	maxInput  = 250 // bytes; more is not a number
	minDigits = 2   // of a number without its country code
	maxDigits = 17  // ITU-T allows 15, and Germany has more
)

// Parse reads a number as it is dialled in a region ("UA"; one that is not [Known] means none), or with a plus and a
// country code. The plan of its country must have the number. Letters stand for the digits of their keys (ITU-T E.161)
// where there are three or more; an extension is recognised by its label, as in "x5", "ext. 5", ";ext=5". The error is
// [ErrNone].
func Parse(typed, region string) (Number, error) {
	if len(typed) > maxInput {
		return Number{}, ErrNone
	}
	s := withinText(typed)
	if !viable(s) {
		return Number{}, ErrNone
	}
	s, extension := cutExtension(s)
	home := plans().regions[region]
	code, digits := countryCode(s, home)
	plus := strings.HasPrefix(s, "+") || strings.HasPrefix(s, "＋")
	if code == "" && plus {
		// A plus in front of a number with a prefix of its own.
		if code, digits = countryCode(strings.TrimLeft(s, "+＋"), home); code == "" {
			return Number{}, ErrNone
		}
	}
	p := home
	if code != "" && (home == nil || home != plans().codes[code][0]) {
		p = plans().codes[code][0]
	}
	if p == nil || len(digits) < minDigits {
		return Number{}, ErrNone
	}
	// A short number may begin like a prefix.
	if short := p.withoutPrefix(digits); !p.local(short) && (p.possible(short) || p.tooLong(short)) {
		digits = short
	}
	regions := plans().codes[p.code]
	if len(digits) < minDigits || len(digits) > maxDigits || regions[0].local(digits) || !regions[0].possible(digits) {
		return Number{}, ErrNone
	}
	if p := owner(regions, digits); p == nil || !p.has(digits) {
		return Number{}, ErrNone
	}
	return Number{"+" + p.code + digits, extension}, nil
}

// countryCode splits a number into its country code and the rest, both as digits. The code follows a plus or the
// international prefix of home or, if the number makes no sense otherwise, is that of home. It is "" if there is none,
// or if there should be one and it is unknown.
func countryCode(s string, home *plan) (code, digits string) {
	rest := strings.TrimLeft(s, "+＋")
	digits = onlyDigits(rest)
	if rest == s {
		abroad, ok := "", false
		if home != nil {
			abroad, ok = afterPrefix(home, digits)
		}
		if !ok {
			if home == nil || !strings.HasPrefix(digits, home.code) {
				return "", digits
			}
			short := home.withoutPrefix(digits[len(home.code):])
			whole := home.rules().whole.expression
			if home.tooLong(digits) || !whole.MatchString(digits) && whole.MatchString(short) {
				return home.code, short
			}
			return "", digits
		}
		digits = abroad
	}
	if len(digits) > minDigits {
		for n := 1; n <= min(3, len(digits)); n++ {
			if plans().codes[digits[:n]] != nil {
				return digits[:n], digits[n:]
			}
		}
	}
	return "", ""
}

// afterPrefix removes the international prefix. No country code begins with 0.
func afterPrefix(home *plan, digits string) (string, bool) {
	expression := home.rules().international
	if expression == nil {
		return digits, false
	}
	at := expression.FindStringIndex(digits)
	if at == nil || strings.HasPrefix(digits[at[1]:], "0") {
		return digits, false
	}
	return digits[at[1]:], true
}
