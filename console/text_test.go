package console_test

import (
	"testing"
	"unicode"

	"github.com/rivo/uniseg"

	"github.com/pythonweb/goweb/console"
)

func TestLine(t *testing.T) {
	tests := map[string]string{
		"plain":                       "plain",
		"Їжак — 日本":                   "Їжак — 日本",
		"\x1b[31mred":                 `\x1b[31mred`,
		"a\nb\tc\r":                   `a\x0ab\x09c\x0d`,
		"\x7f\u0085\u009b":            `\x7f\x85\x9b`,
		"bad\xff\xc3":                 `bad\xff\xc3`,
		"\uFFFD is legal":             "\uFFFD is legal",
		"txt.\u202eexe":               `txt.\u202eexe`,
		"a\u200bb\u2066c\u2069\ufeff": `a\u200bb\u2066c\u2069\ufeff`,
		"e\u200dvil":                  `e\u200dvil`,
		"👨‍👩‍👧 ❤️‍🔥 👍🏽‍":            "👨‍👩‍👧 ❤️‍🔥 👍🏽" + `\u200d`,
		"🏴\U000e0067\U000e007f":     "🏴\U000e0067\U000e007f",
		"x\U000e0067":               `x\U000e0067`,
		"soft\u00adhyphen":          `soft\xadhyphen`,
		"line\u2028paragraph\u2029": `line\u2028paragraph\u2029`,
	}
	for in, want := range tests {
		if got := console.Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
	if got, want := console.Text("a\nb\tc\r\x1b"), "a\nb\tc"+`\x0d\x1b`; got != want {
		t.Errorf("Text: got %q, want %q", got, want)
	}
}

// FuzzLine: what comes out holds nothing that a terminal acts on, and making it safe again changes nothing.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{"a", "\x1b[2J", "👨‍👩‍👧", "\xff", "\u202e", "🏴\U000e0067"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := console.Line(s)
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("Line(%q) = %q holds %U", s, got, r)
			}
		}
		if again := console.Line(got); again != got {
			t.Errorf("Line(%q) = %q, and Line of that %q", s, got, again)
		}
	})
}

func TestWidth(t *testing.T) {
	tests := map[string]int{
		"":      0,
		"abc":   3,
		"Їжак":  4,
		"й":     1, // two runes: и and a combining breve
		"日本":    4,
		"👨‍👩‍👧": 2,
		"🇺🇦":    2,
		"❤️":    2,
		"ﬁ":     1,
	}
	for s, want := range tests {
		if got := console.Width(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
	}
	if got := console.Pad("日", 4) + "|"; got != "日  |" {
		t.Errorf("Pad: %q", got)
	}
}

func TestSuggest(t *testing.T) {
	words := []string{"contact", "search", "birthdays", "note", "--tag", "контакт", "нотатка"}
	tests := map[string]string{
		"contcat": "contact", "contac": "contact", "serach": "search", "not": "note", "NOTE": "note", "birth": "birthdays",
		"контат": "контакт", "нотатки": "нотатка", "--tga": "--tag", "xyz": "", "": "", "n": "", "photo": "",
	}
	for typed, want := range tests {
		if got := console.Suggest(typed, words); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", typed, got, want)
		}
	}
}

// Letters that are counted without a table of Unicode are counted as with one, also beside each other, and none of them
// is a character that must not reach a terminal.
func TestWidthWithoutTables(t *testing.T) {
	for r := rune(' '); r < 0x600; r++ {
		if unicode.Is(unicode.C, r) {
			if got := console.Line(string(r)); got == string(r) && unicode.Is(unicode.Cf, r) {
				t.Errorf("%q is shown as it is", r)
			}
			continue
		}
		for _, text := range []string{string(r), "a" + string(r) + "a", "ї" + string(r) + "ї", string([]rune{r, 'é', r})} {
			if got, want := console.Width(text), uniseg.StringWidth(text); got != want {
				t.Errorf("%q is counted as %d, not %d", text, got, want)
			}
			if got := console.Line(text); got != text {
				t.Errorf("%q becomes %q", text, got)
			}
		}
	}
}
