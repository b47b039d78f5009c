package leave_test

import (
	"fmt"
	"testing"

	"github.com/pythonweb/goweb/junksort/leave"
)

func Example() {
	t, err := leave.New(leave.Lists{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Marker([]byte("go.mod")), t.Unfinished([]byte("film.mkv.part")), t.Belongs([]byte("desktop.ini")))
	fmt.Println(t.Marker([]byte("a.txt")), t.Unfinished([]byte("film.mkv")), t.Belongs([]byte("a.txt")))
	// Output:
	// true true true
	// false false false
}

func TestTable(t *testing.T) {
	table, err := leave.New(leave.Lists{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]func([]byte) bool{
		"marker": table.Marker, "folder": table.Folder, "unfinished": table.Unfinished, "belongs": table.Belongs,
	}
	for name, want := range map[string]string{
		".git": "marker", ".hg": "marker", "Cargo.TOML": "marker", "x.sln": "marker", "pyvenv.cfg": "marker",
		"node_modules": "folder", "My.App": "folder", "Photos.photoslibrary": "folder",
		"x.crdownload": "unfinished", "x.PART": "unfinished", ".name.Xy12Zq": "unfinished", "a.tmp": "unfinished",
		".syncthing.a.txt.tmp": "unfinished", ".goutputstream-ABC": "unfinished", "clip.f137.mp4": "unfinished",
		".x.swp":    "unfinished",
		"Thumbs.db": "belongs", ".DS_Store": "belongs", ".~lock.report.odt#": "belongs", "~$report.docx": "belongs",
		"a.txt": "", ".app": "", "photo.jpg": "", "part": "", "clip.mp4": "", "report.pdf": "", "modules": "",
	} {
		for kind, is := range kinds {
			if is([]byte(name)) != (kind == want) && !(name == ".~lock.report.odt#" && kind == "unfinished") {
				t.Errorf("%s is %s: %v", name, kind, is([]byte(name)))
			}
		}
	}
	if stem := table.Page("Стаття_files"); stem != "Стаття" {
		t.Errorf("page of %q", stem)
	}
	has := func(list ...string) func(string) bool {
		return func(name string) bool {
			for _, l := range list {
				if l == name {
					return true
				}
			}
			return false
		}
	}
	if !table.Together(has("HEAD", "objects", "refs", "x")) || table.Together(has("HEAD", "refs")) {
		t.Error("a bare repository is not known, or half of one is")
	}
	var more leave.Lists
	more.Whole.Markers = []string{"!Makefile", "mine.cfg"}
	if table, err = leave.New(more); err != nil || table.Marker([]byte("Makefile")) || !table.Marker([]byte("mine.cfg")) {
		t.Errorf("lists of the person do not count: %v", err)
	}
	more.Unfinished.Globs = []string{"["}
	if _, err := leave.New(more); err == nil {
		t.Error("a wrong pattern is taken")
	}
}

// What is literal at the ends of a pattern only spares a comparison.
func TestPatterns(t *testing.T) {
	var more leave.Lists
	more.Unfinished.Globs = []string{`a\*b`, "plain", "[xy]*.half", "ab*ba", "?"}
	table, err := leave.New(more)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"a*b": true, "axb": false, "plain": true, "plains": false, "x.half": true, "z.half": false, "abba": true,
		"aba": false, "q": true, "qq": false,
	} {
		if got := table.Unfinished([]byte(name)); got != want {
			t.Errorf("Unfinished(%q) = %v", name, got)
		}
	}
}
