package vcf_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// firstTexts returns the text of a property of each card.
func firstTexts(t *testing.T, file, property string) []string {
	t.Helper()
	cards, problems := readAll(t, file)
	if problems != nil {
		t.Errorf("problems %q", problems)
	}
	var texts []string
	for _, c := range cards {
		text := ""
		if p := c.First(property); p != nil {
			text = p.Text()
		}
		texts = append(texts, text)
	}
	return texts
}

// UTF-8 that is cut or folded within a letter stays UTF-8.
func TestCutUTF8(t *testing.T) {
	const declared = "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
	for name, test := range map[string]struct{ card, want string }{
		"cut": {
			card("VERSION:2.1", declared+"=D0=9E=D0=BB=D0=B5=D0=BA=D1=81=D0=B0=D0=BD=D0=B4=D1"),
			"Олександ\uFFFD",
		},
		"folded after a byte":    {card("VERSION:2.1", declared+"=D0=", " =9E=D0=BB"), "Ол"},
		"folded without a sign":  {card("VERSION:2.1", declared+"=D0", " =9E=D0=BB"), "Ол"},
		"folded within a number": {card("VERSION:2.1", declared+"=D0=9", " E=D0=BB"), "Ол"},
		"one letter cut in a note": {
			card("VERSION:3.0", "FN:Привіт, друже \xd0, як справи"),
			"Привіт, друже \uFFFD, як справи",
		},
	} {
		if got := firstTexts(t, test.card, "FN"); !cmp.Equal(got, []string{test.want}) {
			t.Errorf("%s: %q, not %q", name, got, test.want)
		}
	}
}

// Single letters above ASCII among Latin ones are Western; words of them are Cyrillic.
func TestUndeclaredEncodings(t *testing.T) {
	for name, test := range map[string]struct{ card, want string }{
		"Latin-1":      {card("VERSION:3.0", "FN:J\xfcrgen M\xfcller", "ADR:;;Stra\xdfe 5;K\xf6ln;;;"), "Jürgen Müller"},
		"Latin-1 name": {card("VERSION:2.1", "FN:Ren\xe9 Fran\xe7ois"), "René François"},
		"windows-1251": {card("VERSION:3.0", "FN:\xce\xeb\xe5\xed\xe0 \xca\xf0\xe0\xe2\xe5\xf6\xfc"), "Олена Кравець"},
		"KOI8-U":       {card("VERSION:2.1", "FN:\xef\xcc\xc5\xce\xc1 \xeb\xd2\xc1\xd7\xc5\xc3\xd8"), "Олена Кравець"},
	} {
		if got := firstTexts(t, test.card, "FN"); !cmp.Equal(got, []string{test.want}) {
			t.Errorf("%s: %q, not %q", name, got, test.want)
		}
	}
}

// A line that looks like a property is one, whatever its name, and nothing is glued to the value before it.
func TestUnusualNames(t *testing.T) {
	for _, line := range []string{
		"X-MESSAGING/XMPP-ALL:x@example.com", "Custom Field:Дача", "X-ПОЛЕ:значення", "a.b.TEL:0671234567",
	} {
		file := card("VERSION:3.0", "FN:Slash Prop", "BDAY:1990-05-04", line)
		cards, problems := readAll(t, file)
		if problems != nil || len(cards) != 1 {
			t.Fatalf("%s: %d cards, %q", line, len(cards), problems)
		}
		c := cards[0]
		if c.First("FN").Text() != "Slash Prop" || c.First("BDAY").Text() != "1990-05-04" || len(c.Properties) != 3 {
			t.Errorf("%s: %+v", line, c.Properties)
		}
		checkFixedPoint(t, c)
	}
}

func utf16Of(text string, big bool) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		if big {
			b.Write([]byte{byte(unit >> 8), byte(unit)})
		} else {
			b.Write([]byte{byte(unit), byte(unit >> 8)})
		}
	}
	return b.String()
}

// The ends of lines, marks and envelopes of files that were put together, converted or exported by older programs.
func TestFiles(t *testing.T) {
	one, two := card("VERSION:3.0", "FN:Ґава"), card("VERSION:3.0", "FN:Їжак")
	both := []string{"Ґава", "Їжак"}
	for name, file := range map[string]string{
		"CR":                      strings.ReplaceAll(one+two, "\r\n", "\r"),
		"LF":                      strings.ReplaceAll(one+two, "\r\n", "\n"),
		"UTF-16LE without a mark": utf16Of(one+two, false),
		"UTF-16BE without a mark": utf16Of(one+two, true),
		"UTF-16LE with a mark":    "\xff\xfe" + utf16Of(one+two, false),
		"UTF-16BE with a mark":    "\xfe\xff" + utf16Of(one+two, true),
		"marks between files":     "\xef\xbb\xbf" + one + "\xef\xbb\xbf" + two,
		"an address book around":  "BEGIN:VADDRESSBOOK\r\n" + one + two + "END:VADDRESSBOOK\r\n",
	} {
		if got := firstTexts(t, file, "FN"); !cmp.Equal(got, both) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Names and notes in base64 are text.
func TestBase64Text(t *testing.T) {
	file := card("VERSION:2.1", "FN;ENCODING=BASE64;CHARSET=UTF-8:0J7Qu9GM0LPQsA==", "") +
		card("VERSION:3.0", "FN;ENCODING=b:0J7Qu9GM0LPQsA==")
	if got := firstTexts(t, file, "FN"); !cmp.Equal(got, []string{"Ольга", "Ольга"}) {
		t.Errorf("%q", got)
	}
}

// A photo whose lines are not indented is read whole: 3 MB, which took a minute when each line was copied for the next.
func TestPhotoThatIsNotIndented(t *testing.T) {
	photo := func(lines int) string {
		return card(
			"VERSION:2.1",
			"FN:a",
			"PHOTO;ENCODING=BASE64;JPEG:/9j/",
			strings.Repeat(strings.Repeat("A", 76)+"\r\n", lines),
			"",
		)
	}
	cards, problems := readAll(t, photo(40_000))
	if problems != nil || len(cards) != 1 || len(cards[0].First("PHOTO").Value) < 3_000_000 {
		t.Fatalf("%d cards, %q", len(cards), problems)
	}
}

// A line without a colon that looks like a property is one without a value, and no part of the value before it.
func TestPropertyWithoutValue(t *testing.T) {
	file := card("VERSION:2.1", "FN:Ґава", "TEL:0671234567", "TEL;CELL", "NOTE:перший рядок", "TEL;CELL")
	cards, problems := readAll(t, file)
	if problems != nil || len(cards) != 1 {
		t.Fatalf("%d cards, %q", len(cards), problems)
	}
	c := cards[0]
	if len(c.Properties) != 4 || c.First("TEL").Text() != "0671234567" {
		t.Errorf("%+v", c.Properties)
	}
	if got := c.First("NOTE").Text(); got != "перший рядок\nTEL;CELL" {
		t.Errorf("a note goes on in the next line: %q", got)
	}
}

// A label of one's own, as Samsung writes it, is the type of the number.
func TestCustomLabel(t *testing.T) {
	for label, want := range map[string]string{
		"X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=D0=9C=D0=B0=D0=BC=D0=B0)": "мама",
		"X-CUSTOM(Cabin)": "cabin",
	} {
		cards, problems := readAll(t, card("VERSION:2.1", "FN:Ґава", "TEL;"+label+":0671234567"))
		if problems != nil || len(cards) != 1 {
			t.Fatalf("%d cards, %q", len(cards), problems)
		}
		if got := cards[0].First("TEL").Types(); !cmp.Equal(got, []string{want}) {
			t.Errorf("%s: %q", label, got)
		}
		checkFixedPoint(t, cards[0])
	}
}

// The encoding of a file that declares none is found in all of it: a card of one Cyrillic word and one of one Western
// letter are read as their neighbours are.
func TestEncodingOfTheWholeFile(t *testing.T) {
	cyrillic := card("VERSION:3.0", "FN:\xce\xeb\xe5\xed\xe0 \xca\xf0\xe0\xe2\xe5\xf6\xfc") +
		card("VERSION:3.0", "FN:\xd6\xdf")
	western := card("VERSION:3.0", "FN:J\xfcrgen M\xfcller", "NOTE:gr\xf6\xdfer, sch\xf6n, f\xfcr") +
		card("VERSION:3.0", "FN:Zo\xeb")
	for file, want := range map[string][]string{
		cyrillic: {"Олена Кравець", "ЦЯ"},
		western:  {"Jürgen Müller", "Zoë"},
	} {
		if got := firstTexts(t, file, "FN"); !cmp.Equal(got, want) {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
