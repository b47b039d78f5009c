package pattern_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/pattern"
	"github.com/pythonweb/goweb/junksort/rule"
)

func Example() {
	p, err := pattern.New(pattern.Options{Find: `IMG_(\d+)`, Pattern: "{folder}-{1}"})
	if err != nil {
		fmt.Println(err)
		return
	}
	name, _ := p.Name(pattern.File{File: &rule.File{Name: "IMG_0042.jpg"}, Folder: "Lviv", Extension: 3})
	fmt.Println(name)
	// Output: Lviv-0042.jpg
}

func file(name string, extension int) pattern.File {
	at := time.Date(2020, 5, 17, 10, 0, 0, 0, time.Local)
	return pattern.File{File: &rule.File{Name: name, Stat: func() (dirfd.Stat, error) {
		return dirfd.Stat{Mtime: at},
			nil
	}}, Folder: "Тека", Number: 7, Extension: extension}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		options   pattern.Options
		name      string
		extension int
		want      string
	}{
		{pattern.Options{Normalize: true}, "Звіт за рік (2).txt", 3, "Zvit_za_rik__2_.txt"},
		{pattern.Options{Normalize: true}, "Ґанок-й̈.JPG", 3, "Ganok_y.JPG"},
		{pattern.Options{Normalize: true}, "plain.txt", 3, "plain.txt"},
		{pattern.Options{Normalize: true}, "ь.txt", 3, "ь.txt"},
		{pattern.Options{Pattern: "{n:003} {name|upper}"}, "a.tar.gz", 6, "007 A.tar.gz"},
		{pattern.Options{Pattern: "{modified:2006-01}-{folder|latin}"}, "a.b", 1, "2020-05-Teka.b"},
		{pattern.Options{Pattern: "{modified}"}, "a", 0, "2020-05-17"},
		{pattern.Options{Find: `(\w)(\d)`, Pattern: "{2}{1}"}, "a1 b2.txt", 3, "1a 2b.txt"},
		{pattern.Options{Find: " ", Pattern: "_"}, "a b c.txt", 3, "a_b_c.txt"},
		{pattern.Options{Find: "x", Pattern: "y"}, "a b c.txt", 3, "a b c.txt"},
		{pattern.Options{Find: "a", Pattern: ".", Normalize: true}, "a.txt", 3, "_.txt"},
		{pattern.Options{Find: "a", Pattern: "."}, "a", 0, "a"},
		{pattern.Options{Pattern: "{name}{name}"}, strings.Repeat("ї", 100) + ".txt", 3, strings.Repeat("ї", 125) + ".txt"},
	} {
		p, err := pattern.New(c.options)
		if err != nil {
			t.Errorf("%+v: %v", c.options, err)
			continue
		}
		if name, missing := p.Name(file(c.name, c.extension)); name != c.want || missing != "" {
			t.Errorf("%+v of %q: %q (%s), want %q", c.options, c.name, name, missing, c.want)
		}
	}
}

func TestWrongPatterns(t *testing.T) {
	for want, o := range map[string]pattern.Options{
		"neither a pattern": {}, "needs a pattern": {Find: "x", Normalize: true}, "missing closing": {
			Find:    "(",
			Pattern: "x",
		},
		"no group 1": {Pattern: "{1}"}, "no group 2": {Find: "(a)", Pattern: "{2}"},
		"no field is called": {Pattern: "{what}"},
		"without its }":      {Pattern: "{name"}, "no filter": {Pattern: "{name|loud}"},
		"cannot contain a slash": {Pattern: "a/b"},
	} {
		if _, err := pattern.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
}
