package survey

import (
	"errors"
	"os"

	"github.com/pythonweb/goweb/junksort/category"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/rule"
)

// errStays says that a rule leaves a file where it is.
var errStays = errors.New("a rule says that it stays")

// ruled returns the target that the first fitting rule gives a file, and false where none fits.
func (l *Lister) ruled(f *tree.Folder, fd dirfd.FD, original, name []byte) (*tree.Target, bool, error) {
	if l.Set.Empty() {
		return nil, false, nil
	}
	subject := FileOf(fd, string(original), l.Table.Extension(name), string(name))
	subject.Path = f.Join(string(original))
	if l.Duplicates != nil {
		subject.Duplicate = func() bool {
			s, err := subject.Stat()
			return err == nil && l.Duplicates[s.ID()]
		}
	}
	outcome, ok, err := l.Set.Match(subject)
	switch {
	case err != nil || !ok:
		return nil, false, err
	case outcome.Action == rule.Stays:
		return nil, true, errStays
	case outcome.Action == rule.ToTrash:
		return l.Targets.Named(tree.TrashName), true, nil
	}
	return l.Targets.Named(outcome.Folder), true, nil
}

// FileOf returns what rules ask about a file; extension is the length of the extension of name, by which rules decide.
func FileOf(fd dirfd.FD, original string, extension int, name string) *rule.File {
	return &rule.File{
		Name: original, Path: original,
		Extension: string(category.Lower(nil, []byte(name[len(name)-extension:]))),
		Stat:      func() (dirfd.Stat, error) { return fd.Look(original) },
		Open:      func() (*os.File, error) { return fd.OpenRegular(original) },
	}
}

// Named returns the names of all folders that files go to, as far as they are known beforehand.
func (r Rules) Named() map[string]bool {
	names := map[string]bool{}
	list := r.Table.Names()
	if r.ByExtension {
		list = append(r.Table.Extensions(), category.Other)
	}
	for _, name := range append(list, r.Set.Folders()...) {
		names[name] = true
	}
	return names
}
