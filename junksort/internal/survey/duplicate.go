package survey

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/rule"
)

// candidate is a file that may have the content of another one.
type candidate struct {
	tree.File
	hash string
}

// Duplicates returns the files of the tree whose content another file has too. Of several, the one in a destination is
// not among them, else the first in path order. Neither empty files nor hard links to one file are duplicates.
func Duplicates(ctx context.Context, dir dirfd.FD, r Rules) (map[dirfd.ID]bool, error) {
	r.Set = &rule.Set{}
	sizes := map[int64][]*candidate{}
	err := EachFile(ctx, dir, r, func(f *tree.Folder, _ dirfd.FD, name dirfd.Name, stat dirfd.Stat) {
		if stat.Size > 0 {
			sizes[stat.Size] = append(sizes[stat.Size], &candidate{File: tree.File{In: f, Name: name, Stat: stat}})
		}
	})
	if err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.Workers)
	for _, all := range sizes {
		for _, e := range all {
			if len(all) > 1 {
				group.Go(func() error {
					e.hash = tree.HashOf(r.Handles, e.File)
					return ctx.Err()
				})
			}
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	found := map[dirfd.ID]bool{}
	for _, all := range sizes {
		markDuplicates(all, found)
	}
	return found, nil
}

// markDuplicates marks the files of one size that have the content of an earlier one.
func markDuplicates(all []*candidate, found map[dirfd.ID]bool) {
	slices.SortFunc(all, func(a, b *candidate) int {
		if (a.In.Home == "") != (b.In.Home == "") {
			if a.In.Home != "" {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.In.Join(a.Name.String()), b.In.Join(b.Name.String()))
	})
	first := map[string]*candidate{}
	for _, e := range all {
		switch kept := first[e.hash]; {
		case e.hash == "": // it could not be read
		case kept == nil:
			first[e.hash] = e
		case !kept.Stat.Same(e.Stat):
			found[e.Stat.ID()] = true
		}
	}
}

// EachFile visits the files that a sort would look at, in no particular order.
func EachFile(ctx context.Context, dir dirfd.FD, r Rules,
	visit func(*tree.Folder, dirfd.FD, dirfd.Name, dirfd.Stat),
) error {
	own, err := dir.Dup()
	if err != nil {
		return err
	}
	root := &tree.Folder{}
	if err := r.Handles.Adopt(root, own); err != nil {
		return err
	}
	defer r.Handles.Release(root)
	r.Watch, r.Links = nil, nil
	l := New(r)
	l.see = func(f *tree.Folder, fd dirfd.FD, name dirfd.Name) {
		if stat, err := fd.LookAt(name); err == nil { // else it has gone since
			visit(f, fd, slices.Clone(name), stat)
		}
	}
	for list := []*tree.Folder{root}; len(list) > 0; {
		f := list[len(list)-1]
		l.List(f)
		list = append(list[:len(list)-1], f.Children...)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}
