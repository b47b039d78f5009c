package junksort

import (
	"errors"
	"io/fs"
	"path"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// unpackedEntry is one file or folder that came out of an archive, as it was then.
type unpackedEntry struct {
	path  string // below the folder of the archive; empty for that folder itself
	kind  dirfd.Kind
	ino   uint64
	mark  mark
	ctime int64 // nanoseconds since 1970
}

// entriesPerRecord bounds what one stepEntries holds.
const entriesPerRecord = 4096

// is reports whether what was found is still the same. Of a folder only its identity counts: what is in it speaks for
// itself.
func (e unpackedEntry) is(found dirfd.Stat, gone bool) bool {
	now := markOf(found)
	if found.Kind() != e.kind || found.Ino != e.ino || now.birth != e.mark.birth {
		return false
	}
	if e.kind != dirfd.Directory && now != e.mark {
		return false
	}
	// A second name that goes changes the change time of the file.
	return e.kind == dirfd.Directory || gone || found.Ctime.UnixNano() == e.ctime
}

// entries appends a stepEntries. The first one of a folder replaces what earlier ones have said.
func (e *encoder) entries(seq uint64, first bool, list []unpackedEntry) {
	e.byte(stepEntries)
	e.uint(seq)
	e.bool(first)
	e.uint(uint64(len(list)))
	for _, entry := range list {
		e.text(entry.path)
		e.byte(byte(entry.kind))
		e.uint(entry.ino)
		e.int(entry.mark.size)
		e.int(entry.mark.mtime)
		e.int(entry.mark.birth)
		e.int(entry.ctime)
	}
}

func (d *decoder) entries() (first bool, list []unpackedEntry) {
	first = d.bool()
	for n := d.uint(); n > 0 && d.err == nil; n-- {
		list = append(list, unpackedEntry{
			path: d.text(), kind: dirfd.Kind(d.byte()), ino: d.uint(),
			mark: mark{size: d.int(), mtime: d.int(), birth: d.int()}, ctime: d.int(),
		})
	}
	return first, list
}

// eachBelow visits what lies in the folder name of dir, the folder itself first and each folder before what is in it.
func eachBelow(dir dirfd.FD, name, below string, visit func(path string, s dirfd.Stat) error) error {
	s, err := dir.Look(name)
	if err != nil {
		return err
	}
	if err := visit(below, s); err != nil || s.Kind() != dirfd.Directory {
		return err
	}
	fd, err := dir.OpenDir(name)
	if err != nil {
		return err
	}
	defer fd.Close()
	var names []string
	err = fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		names = append(names, e.Name.String())
		return nil
	})
	for _, inner := range names {
		if err == nil {
			err = eachBelow(fd, inner, path.Join(below, inner), visit)
		}
	}
	return err
}

// record writes down what came out of an archive: each entry, and then that it is whole.
func (j *journal) record(seq uint64, dir dirfd.FD, name string) error {
	first, list := true, make([]unpackedEntry, 0, 64)
	var top dirfd.Stat
	flush := func() error {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.pending.entries(seq, first, list)
		first, list = false, list[:0]
		return j.write()
	}
	err := eachBelow(dir, name, "", func(path string, s dirfd.Stat) error {
		if path == "" {
			top = s
		}
		list = append(list, unpackedEntry{path: path, kind: s.Kind(), ino: s.Ino, mark: markOf(s), ctime: s.Ctime.UnixNano()})
		if len(list) < entriesPerRecord {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	return j.unpacked(seq, top)
}

// foreign returns the first thing in an unpacked folder that did not come out of its archive or was changed since, and
// what became of it; nothing for a folder that is as it was, but for what the person has removed.
func foreign(dir dirfd.FD, name string, entries []unpackedEntry) (where, what string, err error) {
	made := make(map[string]unpackedEntry, len(entries))
	for _, e := range entries {
		made[e.path] = e
	}
	err = eachBelow(dir, name, "", func(path string, s dirfd.Stat) error {
		e, known := made[path]
		switch {
		case where != "" || path == "":
		case !known:
			where, what = path, "was added"
		case !e.is(s, false):
			where, what = path, "was edited or replaced"
		}
		return nil
	})
	return where, what, err
}

// takeAway removes an unpacked folder: the entries that are what they were, and no others. It reports how many stay.
func takeAway(dir dirfd.FD, name string, entries []unpackedEntry) (left int) {
	made := make(map[string]unpackedEntry, len(entries))
	for _, e := range entries {
		made[e.path] = e
	}
	return removeMade(dir, name, "", made)
}

func removeMade(dir dirfd.FD, name, below string, made map[string]unpackedEntry) (left int) {
	e, known := made[below]
	s, err := dir.Look(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0
	case err != nil || !known || below != "" && !e.is(s, true):
		return 1
	case s.Kind() != dirfd.Directory:
		if dir.Unlink(name) != nil {
			return 1
		}
		return 0
	}
	fd, err := dir.OpenDir(name)
	if err != nil {
		return 1
	}
	defer fd.Close()
	var names []string
	_ = fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error { // what is not read keeps its folder
		names = append(names, e.Name.String())
		return nil
	})
	for _, inner := range names {
		left += removeMade(fd, inner, path.Join(below, inner), made)
	}
	if left == 0 && dir.Rmdir(name) != nil {
		left++
	}
	return left
}
