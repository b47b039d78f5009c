// Package identity tells whether a file that was found is the one that is meant: by device and inode, by birth, size
// and modification time or, where those prove nothing, by its content.
package identity

import (
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// Mark tells a file from another one that has since got its inode number or its name. Times are nanoseconds since 1970.
type Mark struct {
	Size  int64
	Mtime int64
	Birth int64 // 0 where the file system does not know
}

// MarkOf returns the mark of a file that was looked at.
func MarkOf(s dirfd.Stat) Mark {
	m := Mark{Size: s.Size, Mtime: s.Mtime.UnixNano()}
	if !s.Btime.IsZero() {
		m.Birth = s.Btime.UnixNano()
	}
	return m
}

// File is what the journal knows of a file or folder.
type File struct {
	Dev, Ino uint64
	Mark
	Marked bool // journals of the first edition hold no marks
}

// Verdict says whether a file that was found is the one that the journal means.
type Verdict byte

const (
	Another Verdict = iota // it only has its name
	Edited                 // written to since, in place
	Same
)

// Judge compares a file with what the journal says. device is today's number of the journal's device. loose says that
// inode numbers prove nothing here: the tree was restored or copied, or the file system changes them.
func (d File) Judge(found dirfd.Stat, device uint64, loose bool) Verdict {
	byInode := found.Ino == d.Ino && found.Dev == device
	if !d.Marked {
		if byInode {
			return Same
		}
		return Another
	}
	now := MarkOf(found)
	untouched := now.Size == d.Size && SameTime(now.Mtime, d.Mtime)
	bothBorn := now.Birth != 0 && d.Birth != 0
	switch {
	case bothBorn && now.Birth == d.Birth && byInode && !untouched:
		return Edited
	case bothBorn && now.Birth == d.Birth && untouched:
		return Same
	case byInode && !bothBorn && untouched, loose && untouched:
		return Same
	}
	return Another // also an inode number that was given out again
}

// SameTime compares modification times; a copy may have lost what is below a second.
func SameTime(now, then int64) bool {
	second := int64(time.Second)
	return now == then || now%second == 0 && now/second == then/second
}
