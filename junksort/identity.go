package junksort

import (
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// mark is what tells a file from another one that has got its inode number, or its name, since. Times are nanoseconds
// since 1970.
type mark struct {
	size  int64
	mtime int64
	birth int64 // 0 where the file system does not know
}

func markOf(s dirfd.Stat) mark {
	m := mark{size: s.Size, mtime: s.Mtime.UnixNano()}
	if !s.Btime.IsZero() {
		m.birth = s.Btime.UnixNano()
	}
	return m
}

// identity is what the journal knows of a file or folder.
type identity struct {
	dev, ino uint64
	mark
	marked bool // journals of the first edition hold no marks
}

// verdict says whether a file that was found is the one that the journal means.
type verdict byte

const (
	another verdict = iota // it only has its name
	edited                 // written to since, in place
	same
)

// judge compares a file with what the journal says. device is today's number of the journal's device. loose says that
// inode numbers prove nothing here: the tree was restored or copied, or the file system changes them.
func (d identity) judge(found dirfd.Stat, device uint64, loose bool) verdict {
	byInode := found.Ino == d.ino && found.Dev == device
	if !d.marked {
		if byInode {
			return same
		}
		return another
	}
	now := markOf(found)
	untouched := now.size == d.size && sameTime(now.mtime, d.mtime)
	bothBorn := now.birth != 0 && d.birth != 0
	switch {
	case bothBorn && now.birth == d.birth && byInode && !untouched:
		return edited
	case bothBorn && now.birth == d.birth && untouched:
		return same
	case byInode && !bothBorn && untouched, loose && untouched:
		return same
	}
	return another // also an inode number that was given out again
}

// sameTime compares modification times; a copy may have lost what is below a second.
func sameTime(now, then int64) bool {
	second := int64(time.Second)
	return now == then || now%second == 0 && now/second == then/second
}
