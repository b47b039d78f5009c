package junksort

import (
	"context"
	"errors"
	"io/fs"
	"strings"
)

// tree is the folder DIR and what it holds, as far as it is listed.
type tree struct {
	root *folder
	way  []string // the path of DEST below DIR; nil when DEST is not in DIR, empty when it is DIR
	in   bool     // DEST is in DIR or is DIR
	lost func(Result)
}

// visit calls file for every file below f in path order, waiting for each listing that it needs, and drops a
// listing when it was visited.
func (t *tree) visit(ctx context.Context, f *folder, file func(context.Context, *folder, entry) error) error {
	select {
	case <-f.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	if f.failure != nil && !errors.Is(f.failure, fs.ErrNotExist) && !staysQuietly(f.failure) {
		t.lost(failed(f.path(), f.failure))
	}
	err := f.each(func(e entry) error {
		if e.child != nil {
			return t.visit(ctx, e.child, file)
		}
		return file(ctx, f, e)
	})
	f.listing = nil
	return err
}

// awaitTarget waits until the walk has listed DEST and the folder of DEST that the target is, if they are in DIR: from
// then on the run may change them.
func (t *tree) awaitTarget(ctx context.Context, to *target) error {
	if !t.in {
		return nil
	}
	f := t.root
	for _, name := range append(append([]string{}, t.way...), to.folder.name) {
		select {
		case <-f.ready:
		case <-ctx.Done():
			return ctx.Err()
		}
		if f = f.child(name); f == nil {
			return nil
		}
	}
	select {
	case <-f.ready:
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
