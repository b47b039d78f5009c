package undo

import (
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/journal"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// compare finds out whether a folder that is named by its path is the one in the journal.
func (u *undoer) compare(r journal.Recorded) {
	then, known := u.Volumes[r.Folder.ID]
	if !known {
		return
	}
	now := r.Folder
	if now.Name == "" {
		u.moved = now.Stat.Ino != r.Stat.Ino || then.Birth != 0 && now.Birth != 0 && then.Birth != now.Birth
		return
	}
	u.foreign[now] = then.Number != 0 && now.Volume != then.Number
}

// elsewhere reports whether f lies on a disk that is not there today.
func (u *undoer) elsewhere(f *tree.Folder) bool {
	for f.Parent != nil {
		f = f.Parent
	}
	return u.foreign[f]
}

// judge judges whether the file that has the new name is the one that the run moved.
func (u *undoer) judge(f *tree.Folder, fd dirfd.FD, s *journal.Step) identity.Verdict {
	if s.Found == nil {
		found, err := fd.LookAt(dirfd.NameOf(string(s.NewName)))
		if err != nil {
			return identity.Another
		}
		s.Found = &found
	}
	if u.elsewhere(f) {
		return identity.Another
	}
	return s.Identity().Judge(*s.Found, u.deviceOf(s), u.isLoose(fd, *s.Found))
}

// isLoose reports whether inode numbers prove nothing about a file.
func (u *undoer) isLoose(fd dirfd.FD, s dirfd.Stat) bool {
	if u.moved {
		return true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	loose, known := u.loose[s.Dev]
	if !known {
		loose = !fd.TrustsInodes()
		u.loose[s.Dev] = loose
	}
	return loose
}

// absence says why a file is not where the run has put it.
func (u *undoer) absence(to *tree.Folder, s *journal.Step) string {
	switch {
	case u.elsewhere(to):
		return "another disk is mounted there"
	case s.Found != nil:
		return "it was replaced: another file has its name"
	}
	return "it is no longer there"
}

// deviceOf returns today's number of the device that a file is on.
func (u *undoer) deviceOf(s *journal.Step) uint64 {
	if device, known := u.devices[s.Dev]; known {
		return device
	}
	return s.Dev
}

// lies reports whether the file is in its old place.
func (u *undoer) lies(from *tree.Folder, s *journal.Step) bool {
	fd, err := u.handles.Acquire(from)
	if err != nil {
		return false
	}
	defer u.handles.Release(from)
	found, err := fd.Look(string(s.Name))
	return err == nil && s.Identity().Judge(found, u.deviceOf(s), u.isLoose(fd, found)) != identity.Another
}
