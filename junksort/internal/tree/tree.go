package tree

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/report"
)

// Tree is the folder DIR and what it holds, as far as it is listed.
type Tree struct {
	Root *Folder
	Way  []string // the path of DEST below DIR; nil when DEST is not in DIR, empty when it is DIR
	In   bool     // DEST is in DIR or is DIR
	Lost func(report.Result)
}

// Visit calls file for every file below f in path order, waits for each listing that it needs, and drops a listing when
// it has been visited.
func (t *Tree) Visit(ctx context.Context, f *Folder, file func(context.Context, *Folder, Entry) error) error {
	select {
	case <-f.Ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	if f.Failure != nil && !errors.Is(f.Failure, fs.ErrNotExist) && !staysQuietly(f.Failure) {
		t.Lost(report.Failure(f.Path(), f.Failure))
	}
	err := f.Each(func(e Entry) error {
		if e.Child != nil {
			return t.Visit(ctx, e.Child, file)
		}
		return file(ctx, f, e)
	})
	f.Listing = nil
	return err
}

// AwaitTarget waits until the walk has listed DEST and the target's folder, if they are in DIR: from then on the run
// may change them.
func (t *Tree) AwaitTarget(ctx context.Context, to *Target) error {
	if !t.In || to.Name == TrashName {
		return nil
	}
	f := t.Root
	for _, name := range append(append([]string{}, t.Way...), strings.Split(to.Name, "/")...) {
		select {
		case <-f.Ready:
		case <-ctx.Done():
			return ctx.Err()
		}
		if f = f.child(name); f == nil {
			return nil
		}
	}
	select {
	case <-f.Ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// below returns the path of the folder inner below outer, both absolute and without links.
func below(outer, inner string) (way []string, ok bool) {
	if inner == outer {
		return nil, true
	}
	prefix := strings.TrimSuffix(outer, "/") + "/"
	rest, ok := strings.CutPrefix(inner, prefix)
	if !ok {
		return nil, false
	}
	return strings.Split(rest, "/"), true
}

// staysQuietly reports whether a folder stays for a reason that is not a failure.
func staysQuietly(err error) bool { return errors.Is(err, dirfd.ErrMount) }
