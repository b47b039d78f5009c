package carry

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
)

// What lies under the name of an unfinished copy goes only with proof that the run has made it.
func TestUnfinishedCopies(t *testing.T) {
	dir := t.TempDir()
	fd, err := dirfd.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer fd.Close()
	put := func(name, content string) dirfd.Stat {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := fd.Look(name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	put("original", "content")
	for _, c := range []struct {
		what    string
		made    func(found dirfd.Stat) identity.File
		removed bool
	}{
		{"its own", func(s dirfd.Stat) identity.File { return identity.File{Dev: s.Dev, Ino: s.Ino} }, true},
		{
			"its own, with birth", func(s dirfd.Stat) identity.File {
				return identity.File{Dev: s.Dev, Ino: s.Ino, Mark: identity.MarkOf(s)}
			},
			true,
		},
		{"unknown", func(dirfd.Stat) identity.File { return identity.File{} }, false},
		{"intended", intendedAt(0), true},
		{"intended, by a disk that rounds times", intendedAt(time.Second), true},
		{"intended long ago", intendedAt(-time.Minute), false},
		{"older than intended", intendedAt(time.Minute), false},
		{"of a journal without the time", func(dirfd.Stat) identity.File {
			return identity.File{Mark: identity.MarkOf(dirfd.Stat{}), Marked: true}
		}, false},
		{"another inode", func(s dirfd.Stat) identity.File { return identity.File{Dev: s.Dev, Ino: s.Ino + 1} }, false},
		{"an inode given out again", func(s dirfd.Stat) identity.File {
			m := identity.MarkOf(s)
			m.Birth++
			return identity.File{Dev: s.Dev, Ino: s.Ino, Mark: m}
		}, false},
	} {
		found := put("copy", "")
		h := Half{In: fd, Name: "copy", Made: c.made(found), Of: fd, Original: "original"}
		removed, err := RemoveHalf(h)
		if err != nil || removed != c.removed || fd.Exists("copy") == removed {
			t.Errorf("%s: removed %v, want %v (%v)", c.what, removed, c.removed, err)
		}
		_ = fd.Unlink("copy")
	}
	put("copy", "written by a person")
	h := Half{
		In: fd, Name: "copy", Made: identity.File{Mark: identity.MarkOf(Intended())}, Of: fd,
		Original: "original",
	}
	if removed, err := RemoveHalf(h); err != nil || removed {
		t.Errorf("a file with content was removed: %v, %v", removed, err)
	}
}

// intendedAt is what was written down when a file was intended, so long after it was made.
func intendedAt(after time.Duration) func(dirfd.Stat) identity.File {
	return func(found dirfd.Stat) identity.File {
		return identity.File{Mark: identity.MarkOf(dirfd.Stat{Mtime: found.Mtime.Add(after)}), Marked: true}
	}
}

// An empty copy may have got the times of its original before the run came to write down that it is whole.
func TestDressedCopies(t *testing.T) {
	dir := t.TempDir()
	fd, err := dirfd.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer fd.Close()
	then := time.Date(2020, 2, 29, 12, 0, 0, 0, time.UTC)
	put := func(name, content string, at time.Time) dirfd.Stat {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		s, err := fd.Look(name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	put("empty", "", then)
	put("full", "content", then)
	h := Half{In: fd, Name: "copy", Of: fd, Original: "empty"}
	if !h.dressed(put("copy", "", then.Add(time.Second))) {
		t.Error("the times of the original, rounded, prove nothing")
	}
	if h.dressed(put("copy", "", then.Add(time.Minute))) {
		t.Error("other times prove it")
	}
	h.Original = "full"
	if h.dressed(put("copy", "", then)) {
		t.Error("an empty file is a copy of a full one")
	}
}
