// Package treetest opens folders for the tests of what works on them.
package treetest

import (
	"testing"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Open opens the directory dir as the root of a tree: its descriptor, which is the handles', and its folder, which
// nothing has listed yet. All are closed when the test ends.
func Open(t testing.TB, dir string) (dirfd.FD, *tree.Handles, *tree.Folder) {
	t.Helper()
	fd, err := dirfd.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	handles, root := tree.NewHandles(), &tree.Folder{Ready: make(chan struct{})}
	if err := handles.Adopt(root, fd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		handles.Release(root)
		handles.CloseAll()
	})
	return fd, handles, root
}
