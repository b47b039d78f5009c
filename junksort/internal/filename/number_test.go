package filename

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/junksort/category"
)

func TestNumbered(t *testing.T) {
	table, err := category.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"a.jpg":    "a (2).jpg",
		"a.tar.gz": "a (2).tar.gz",
		"Makefile": "Makefile (2)",
		".profile": ".profile (2)",
		"draft.":   "draft. (2)",
		"\xff.jpg": "\xff (2).jpg",
		// 255 bytes at most: the stem loses its end, on a rune's border, and the extension stays.
		strings.Repeat("є", 125) + ".jpeg":   strings.Repeat("є", 123) + " (2).jpeg",
		strings.Repeat("n", 251) + ".jpg":    strings.Repeat("n", 247) + " (2).jpg",
		strings.Repeat("\xff", 255):          strings.Repeat("\xff", 251) + " (2)",
		strings.Repeat("n", 248) + ".tar.gz": strings.Repeat("n", 244) + " (2).tar.gz",
	} {
		got := Numbered(nil, []byte(name), table.Extension([]byte(name)), 2)
		if diff := cmp.Diff(want, got.String()); diff != "" {
			t.Errorf("%q:\n%s", name, diff)
		}
		if len(got.Bytes()) > maxName {
			t.Errorf("%q: %d bytes", name, len(got.Bytes()))
		}
	}
}

func TestTransliterated(t *testing.T) {
	table, err := category.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Їжак.jpg": "Yizhak.jpg",
		// щ is four Latin letters and two bytes: the name grows over 255 bytes.
		strings.Repeat("щ", 100) + ".jpg":    strings.Repeat("shch", 62) + "shc.jpg",
		strings.Repeat("щ", 100) + ".tar.gz": strings.Repeat("shch", 62) + ".tar.gz",
		"plain.jpg":                          "", // "" for a name that stays
		"\xffЇ.jpg":                          "",
		"日本.jpg":                             "",
		"ь":                                  "",
		"ь.jpg":                              "",
	} {
		got := ""
		if renamed := transliterated([]byte(name), table.Extension([]byte(name))); renamed != nil {
			got = renamed.String()
		}
		if want != got {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
		if len(got) > maxName {
			t.Errorf("%q: %d bytes", name, len(got))
		}
	}
}
