package calm_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/calm"
)

func at(ino uint64, seconds int64) dirfd.Stat {
	return dirfd.Stat{Ino: ino, Mtime: time.Unix(seconds, 0), Ctime: time.Unix(seconds, 0)}
}

// A folder stays known while nothing happens to it, and while the run itself brings files into it; what anybody else
// does, another time and another folder of that name make it unknown.
func TestFolders(t *testing.T) {
	for name, what := range map[string]struct {
		happens func(f *calm.Folders)
		now     dirfd.Stat
		kept    int // -1 for unknown
	}{
		"nothing":        {func(*calm.Folders) {}, at(1, 10), 5},
		"another time":   {func(*calm.Folders) {}, at(1, 11), -1},
		"another folder": {func(*calm.Folders) {}, at(2, 10), -1},
		"a file of the run": {func(f *calm.Folders) {
			f.Brought("images", "a.jpg")
			if f.Event("images/a.jpg", true, false) {
				t.Error("the run has brought it itself")
			}
		}, at(1, 12), 6},
		"a file of the run, and one of somebody": {func(f *calm.Folders) {
			f.Brought("images", "a.jpg")
			if !f.Event("images/b.jpg", true, false) {
				t.Error("somebody has brought it")
			}
		}, at(1, 12), -1},
		"the file of the run is made again": {func(f *calm.Folders) {
			f.Brought("images", "a.jpg")
			f.Event("images/a.jpg", true, false)
			if !f.Event("images/a.jpg", true, false) {
				t.Error("the second one is somebody's")
			}
		}, at(1, 12), -1},
		"written to": {func(f *calm.Folders) { f.Event("images/a.jpg", false, false) }, at(1, 10), -1},
		"the run takes a file": {func(f *calm.Folders) {
			f.Took("images", "a.jpg")
			if f.Event("images/a.jpg", false, true) {
				t.Error("the run has taken it itself")
			}
		}, at(1, 12), -1},
		"elsewhere":       {func(f *calm.Folders) { f.Event("music/a.jpg", true, false) }, at(1, 10), 5},
		"the folder goes": {func(f *calm.Folders) { f.Event("images", false, true) }, at(1, 10), -1},
		"events are lost": {func(f *calm.Folders) { f.Forget() }, at(1, 10), -1},
	} {
		t.Run(name, func(t *testing.T) {
			f := calm.New()
			if _, ok := f.Find("images", at(1, 10)); ok {
				t.Fatal("known before it was read")
			}
			want := calm.Listing{Kept: 5, Children: []string{"x"}}
			f.Know("images", want)
			if f.Found("images") {
				t.Error("found in the pass that has read it")
			}
			what.happens(f)
			got, ok := f.Find("images", what.now)
			if want.Kept = what.kept; ok != (what.kept >= 0) || f.Found("images") != ok {
				t.Fatalf("known %v", ok)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(calm.Listing{})); ok && diff != "" {
				t.Error(diff)
			}
			if again, stays := f.Find("images", what.now); stays != ok || again.Kept != got.Kept {
				t.Error("not known at the next pass")
			}
		})
	}
}

// What the run has moved in an earlier pass says nothing about events that come in a later one.
func TestBegin(t *testing.T) {
	f := calm.New()
	f.Brought("images", "a.jpg")
	f.Took("", "a.jpg")
	f.Begin()
	if !f.Event("images/a.jpg", true, false) || !f.Event("a.jpg", false, true) {
		t.Error("an event of long after is taken for that of the run")
	}
}
