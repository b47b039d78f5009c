package survey

import (
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// wants reports whether a regular file should be sorted at all.
func (l *Lister) wants(f *tree.Folder, e listed) bool {
	name := l.nameOf(e).Bytes()
	if name[0] == '.' && !l.Hidden || l.Leave.Unfinished(name) || l.Leave.Belongs(name) || l.reserves(name) {
		return false
	}
	return (l.Include.empty() || l.Include.Match(f, name)) && !l.Exclude.Match(f, name)
}

// ready reports whether a file may be sorted by now: it is old enough, and nobody writes to it.
func (l *Lister) ready(fd dirfd.FD, e listed) bool {
	if l.MinAge > 0 {
		s, err := fd.Lstat(l.nameOf(e).String())
		if err != nil {
			return false
		}
		if age := ageOf(s); age < l.MinAge {
			l.later(l.MinAge - age)
			return false
		}
	}
	if l.Writers.Has(fd, l.nameOf(e), dirfd.ID{Dev: l.device, Ino: e.ino}) {
		l.later(LookAgain)
		return false
	}
	return true
}

// ageOf returns how long ago a file was written. Cameras and archives produce times in the future: then the change time
// counts.
func ageOf(s dirfd.Stat) time.Duration {
	if age := time.Since(s.Mtime); age >= 0 {
		return age
	}
	return time.Since(s.Ctime)
}

// later asks for another look at a file that stays for the time being.
func (l *Lister) later(wait time.Duration) {
	l.restless = true
	if l.Watch != nil {
		l.Watch.Young(time.Now().Add(wait))
	}
}
