package junksort

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/calm"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// A folder that the watch has emptied and somebody else has removed leaves an inode number, which the file system may
// give to a folder of the person: neither a pass that did not see it nor its birth takes that one for it.
func TestEmptiedFoldersAreKnownByTheirBirth(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "emptied"), 0o755); err != nil {
		t.Fatal(err)
	}
	fd, err := dirfd.Open(filepath.Join(dir, "emptied"))
	if err != nil {
		t.Fatal(err)
	}
	defer fd.Close()
	s, err := fd.Look("")
	if err != nil {
		t.Fatal(err)
	}
	emptied := &tree.Folder{Name: "emptied", Stat: s, Birth: identity.MarkOf(s).Birth}
	w := &watcher{emptied: map[dirfd.ID]int64{}, calm: calm.New()}
	w.Empties(emptied)
	if !w.MayGo(emptied) {
		t.Error("the emptied folder does not go")
	}
	reused := &tree.Folder{Name: "person's", Stat: s, Birth: emptied.Birth + 1}
	if w.MayGo(reused) {
		t.Error("a folder of the person goes, which has only got the number of an emptied one")
	}
	w.forgetMissing(&tree.Folder{Children: []*tree.Folder{emptied}})
	if !w.MayGo(emptied) {
		t.Error("a folder that is there was forgotten")
	}
	w.forgetMissing(&tree.Folder{})
	if w.MayGo(emptied) {
		t.Error("a folder that nobody has seen since is still in the list")
	}
}
