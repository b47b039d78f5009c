package junksort

import "github.com/pythonweb/goweb/junksort/dirfd"

// compare finds out whether a folder that is named by its path is the one of the journal.
func (u *undoer) compare(r recorded) {
	then, known := u.volumes[r.folder.id]
	if !known {
		return
	}
	now := r.folder
	if now.name == "" {
		u.moved = now.stat.Ino != r.stat.Ino || then.birth != 0 && now.birth != 0 && then.birth != now.birth
		return
	}
	u.foreign[now] = then.number != 0 && now.volume != then.number
}

// elsewhere reports whether f lies on a disk that is not there today.
func (u *undoer) elsewhere(f *folder) bool {
	for f.parent != nil {
		f = f.parent
	}
	return u.foreign[f]
}

// judge says whether the file that has the new name is the one that the run has moved.
func (u *undoer) judge(f *folder, fd dirfd.FD, s *step) verdict {
	if s.found == nil {
		found, err := fd.LookAt(dirfd.NameOf(string(s.newName)))
		if err != nil {
			return another
		}
		s.found = &found
	}
	if u.elsewhere(f) {
		return another
	}
	return s.identity().judge(*s.found, u.deviceOf(s), u.isLoose(fd, *s.found))
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
func (u *undoer) absence(to *folder, s *step) string {
	switch {
	case u.elsewhere(to):
		return "another disk is mounted there"
	case s.found != nil:
		return "it was replaced since: another file has its name"
	}
	return "it is no longer there"
}

// deviceOf returns today's number of the device that a file is on.
func (u *undoer) deviceOf(s *step) uint64 {
	if device, known := u.devices[s.dev]; known {
		return device
	}
	return s.dev
}

// lies reports whether the file is at its old place.
func (u *undoer) lies(from *folder, s *step) bool {
	fd, err := u.handles.acquire(from)
	if err != nil {
		return false
	}
	defer u.handles.release(from)
	found, err := fd.Look(string(s.name))
	return err == nil && s.identity().judge(found, u.deviceOf(s), u.isLoose(fd, found)) != another
}
