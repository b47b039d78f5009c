package category_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/junksort/category"
)

func Example() {
	table, err := category.Parse("[categories]\nbooks = ['epub', 'fb2.zip']")
	if err != nil {
		fmt.Println(err)
		return
	}
	name := []byte("Кобзар.FB2.ZIP")
	extension := category.Lower(nil, name[len(name)-table.Extension(name):])
	fmt.Println(string(extension), table.Of(string(extension)))
	// Output: fb2.zip books
}

func table(t *testing.T, text string) *category.Table {
	t.Helper()
	table, err := category.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestExtension(t *testing.T) {
	table := table(t, "")
	for name, want := range map[string]string{
		"a.jpg":                        "jpg",
		"A.JPG":                        "jpg",
		"b.tar.gz":                     "tar.gz",
		"B.Tar.GZ":                     "tar.gz",
		"b.txt.gz":                     "gz",
		"v1.2.tar.xz":                  "tar.xz",
		".tar.gz":                      "gz",
		"tar.gz":                       "gz",
		"Makefile":                     "",
		".profile":                     "",
		".profile.bak":                 "bak",
		"draft.":                       "",
		"Dr. Smith":                    "",
		"a.b c":                        "",
		"звіт.ДОКС":                    "докс",
		"a.\xff":                       "",
		"a.x\n":                        "",
		"a.7z":                         "7z",
		"a.c++":                        "c++",
		"a." + strings.Repeat("x", 32): strings.Repeat("x", 32),
		"a." + strings.Repeat("x", 33): "",
		"a..jpg":                       "jpg",
		"..":                           "",
		"x.\x1b[31m":                   "",
		"name.tar.jpg":                 "jpg",
	} {
		n := table.Extension([]byte(name))
		if got := string(category.Lower(nil, []byte(name)[len(name)-n:])); got != want {
			t.Errorf("extension of %q: %q, want %q", name, got, want)
		}
	}
}

func TestOf(t *testing.T) {
	table := table(t, "")
	for extension, want := range map[string]string{
		"jpg": "images", "mkv": "video", "mp3": "audio", "tar.gz": "archives", "7z": "archives", "go": "code",
		"txt":  "documents",
		"docx": "documents", "ttf": "fonts", "exe": "programs", "xyzzy": category.Other, "": category.Other,
	} {
		if got := table.Of(extension); got != want {
			t.Errorf("%q is %q, want %q", extension, got, want)
		}
	}
	for _, name := range []string{"images", "video", "documents", "audio", "archives", "code", category.Other} {
		if !slices.Contains(table.Names(), name) {
			t.Errorf("%s is not in %q", name, table.Names())
		}
	}
	if !slices.IsSorted(table.Names()) {
		t.Errorf("not in order: %q", table.Names())
	}
}

// A table of one's own is laid over the default: what it names goes where it says, and nothing else changes.
func TestParse(t *testing.T) {
	table := table(t, "[categories]\nbooks = ['.PDF', 'epub']\nimages = ['heiç']")
	for extension, want := range map[string]string{
		"pdf": "books", "epub": "books", "txt": "documents", "jpg": "images",
		"heiç": "images",
	} {
		if got := table.Of(extension); got != want {
			t.Errorf("%q is %q, want %q", extension, got, want)
		}
	}
	for text, want := range map[string]string{
		"[categories":                         "categories: ",
		"[category]\na = ['b']":               `unknown key "category`,
		"[categories]\na = ['x']\nb = ['.X']": `extension "x" is in a and in b`,
		"[categories]\na = ['x', 'x']":        `extension "x" is in a and in a`,
		"[categories]\n'a/b' = ['x']":         "cannot be a folder's name",
		"[categories]\n'..' = ['x']":          "cannot be a folder's name",
		"[categories]\n'.junksort' = ['x']":   "cannot be a folder's name",
		"[categories]\n'' = ['x']":            "cannot be a folder's name",
		"[categories]\na = ['']":              "is not an extension",
		"[categories]\na = ['x/y']":           "is not an extension",
		"[categories]\na = 'x'":               "categories: ",
	} {
		if _, err := category.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q): %v, want %q", text, err, want)
		}
	}
}

func TestDetect(t *testing.T) {
	table := table(t, "")
	for content, want := range map[string]string{
		"":                                    "other ",
		"Read me.\n":                          "documents txt",
		"Привіт, світе\n":                     "documents txt",
		"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR": "images png",
		"\xff\xd8\xff\xe0\x00\x10JFIF\x00":    "images jpg",
		"%PDF-1.7\n":                          "documents pdf",
		"#!/usr/bin/env python3\nprint(1)\n":  "code py",
		"\x1f\x8b\x08\x00\x00\x00\x00\x00":    "archives gz",
		"RIFF\x24\x00\x00\x00WAVEfmt ":        "audio wav",
		"\x01\x02\x03\x00\xfe\xfd":            "other ",
	} {
		kind, extension, err := table.Detect(bytes.NewReader([]byte(content)))
		if got := kind + " " + extension; err != nil || got != want {
			t.Errorf("%q is %q, want %q (%v)", content, got, want, err)
		}
	}
	if _, _, err := table.Detect(broken{}); err == nil {
		t.Error("a file that cannot be read has no kind")
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, fmt.Errorf("input/output error") }
