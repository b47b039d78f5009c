package display_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/pythonweb/goweb/lanchat/internal/display"
)

func TestDecode(t *testing.T) {
	for _, tc := range []struct{ encoding, body, want string }{
		{"utf-8", "привіт\n", "привіт"},
		{"utf-8", "two\r\nlines\r\n", "two\r\nlines"},
		{"utf-8", "\xef\xbb\xbfwith a mark", "with a mark"},
		{"utf-8", "\xff\xfeh\x00i\x00", "hi"},
		{"utf-8", "\xfe\xff\x04\x3f", "п"},
		{"utf-8", "bad \xff", "bad \uFFFD"},
		{"cp1251", "\xef\xf0\xe8\xe2\xb3\xf2", "привіт"},
		{"cp1251", "already UTF-8: ї", "already UTF-8: ї"},
		{"CP866", "\xaf\xe0", "пр"},
	} {
		e, err := display.ParseEncoding(tc.encoding)
		if err != nil {
			t.Fatal(err)
		}
		if have := e.Decode([]byte(tc.body)); have != tc.want {
			t.Errorf("%s %q: %q, want %q", tc.encoding, tc.body, have, tc.want)
		}
	}
	var usual display.Encoding
	cp1251, err := display.ParseEncoding("cp1251")
	if err != nil {
		t.Fatal(err)
	}
	for body, fails := range map[string]bool{"привіт": false, "\xff\xfeh\x00": false, "\xef\xf0": true, "": false} {
		if usual.Fails([]byte(body)) != fails || cp1251.Fails([]byte(body)) {
			t.Errorf("%q is read wrongly", body)
		}
	}
	if _, err := display.ParseEncoding("morse"); err == nil {
		t.Error("morse is an encoding")
	}
}

func TestText(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"plain", "plain"},
		{"\x1b[2J\x1b]0;title\x07", `\x1b[2J\x1b]0;title\x07`},
		{"c1 \u009b31m", `c1 \x9b31m`},
		{"lone\rreturn", `lone\x0dreturn`},
		{"two\r\nlines", "two\nlines"},
		{"\u202eright to left", `\u202eright to left`},
		{"zero\u200bwidth", `zero\u200bwidth`},
		{"e\u0301 stays", "e\u0301 stays"},
		{"Z" + strings.Repeat("\u0300", 50) + "!", "Z" + strings.Repeat("\u0300", 4) + "!"},
		{"👨‍👩‍👧", "👨‍👩‍👧"},
	} {
		if have := display.Text(tc.text); have != tc.want {
			t.Errorf("Text(%q) = %q, want %q", tc.text, have, tc.want)
		}
	}
}

func TestJSON(t *testing.T) {
	line, err := display.JSON("a\u0085\u202e\u200b<\U000e0041ї")
	if want := `"a\u0085\u202e\u200b<\udb40\udc41ї"` + "\n"; string(line) != want || err != nil {
		t.Errorf("%s, want %s", line, want)
	}
}

// FuzzText demands that nothing a terminal obeys comes through, and that JSON loses nothing.
func FuzzText(f *testing.F) {
	f.Add("\x1b[31m\u202e\r\u0300")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range display.Text(text) {
			if unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Errorf("%q lets %q through", text, r)
			}
		}
		if strings.ContainsAny(display.Line(text), "\n\r\t\x1b") {
			t.Errorf("%q is more than a line", text)
		}
		line, err := display.JSON(text)
		if err != nil {
			t.Fatal(err)
		}
		var back string
		if err := json.Unmarshal(line, &back); err != nil ||
			back != strings.ToValidUTF8(text, "\uFFFD") && strings.ToValidUTF8(text, "") == text {
			t.Errorf("%q became %q, %v", text, back, err)
		}
	})
}
