package romanize_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/junksort/romanize"
)

func ExampleUkrainian() {
	fmt.Println(romanize.Ukrainian("Згорани, Єнакієве, короп'є, ЩУКА"))
	// Output: Zghorany, Yenakiieve, koropie, SHCHUKA
}

// The resolution's own samples.
func TestResolution(t *testing.T) {
	file, err := os.Open(consoletest.Vectors(t, "kmu55.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := 0
	for s := bufio.NewScanner(file); s.Scan(); lines++ {
		word, want, ok := strings.Cut(s.Text(), "\t")
		if !ok {
			t.Fatalf("line %q", s.Text())
		}
		for _, form := range []string{word, norm.NFD.String(word)} {
			if got := romanize.Ukrainian(form); got != want {
				t.Errorf("Ukrainian(%q) = %q, want %q", form, got, want)
			}
		}
	}
	if lines < 30 {
		t.Errorf("only %d samples", lines)
	}
}

func TestUkrainian(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"Єва-Юлія_яблуко":    "Yeva-Yuliia_yabluko",
		"2їжак (йод) [єнот]": "2yizhak (yod) [yenot]",
		"моя їжа":            "moia yizha",
		"Розгін згин ЗГИН Згин": "Rozghin zghyn ZGHYN Zghyn",
		"об’єкт обʼєкт об'єкт":  "obiekt obiekt obiekt",
		"'Єва' don't":           "'Yeva' don't",
		"ЩО Це":                 "SHCHO Tse",
		"Я":                     "Ya",
		"Щ":                     "Shch",
		"ЄС2024":                "YES2024",
		"Львів":                 "Lviv",
		"м'яч":                  "miach",
		"бульйон":               "bulion",
		"Підъезд ёлка съёмка Эхо крыло": "Pidezd yolka siomka Ekho krylo",
		"日本 file é.txt":   "日本 file é.txt",
		"e\u0301ї":        "e\u0301i",
		"\u0456\u0308жак": "yizhak",
		"ЙОД\u0301":       "YOD\u0301",
		"ўскі":            "ўski",
		"bad\xffЇ":        "bad\xffЇ",
		"a.їжа":           "a.yizha",
	} {
		if got := romanize.Ukrainian(in); got != want {
			t.Errorf("Ukrainian(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzUkrainian(f *testing.F) {
	f.Add("Згорани об'єкт")
	f.Add("\xff\u0456\u0308")
	f.Fuzz(func(t *testing.T, s string) {
		got := romanize.Ukrainian(s)
		if !utf8.ValidString(s) {
			if got != s {
				t.Fatalf("not UTF-8, but changed: %q to %q", s, got)
			}
			return
		}
		for _, r := range got {
			if unicode.Is(unicode.Cyrillic, r) && strings.ContainsRune("абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёъыэ",
				unicode.ToLower(r)) {
				t.Fatalf("%q became %q, with %q", s, got, r)
			}
		}
		if again := romanize.Ukrainian(got); again != got && romanize.Has([]byte(got)) {
			t.Fatalf("%q became %q, then %q", s, got, again)
		}
		if !romanize.Has([]byte(s)) && got != s && norm.NFC.String(got) != norm.NFC.String(s) {
			t.Fatalf("%q has nothing to change, and became %q", s, got)
		}
	})
}
