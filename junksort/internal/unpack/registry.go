package unpack

import (
	"bufio"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
)

// registryFile, in DIR/.junksort, has a line for each folder that was unpacked: the folder's device, inode and birth,
// and the device, inode, size and modification time of its archive. Names do not connect the two once the user has
// renamed one.
const registryFile = "unpacked"

// Registry records which folders came out of archives.
type Registry struct {
	mu       sync.Mutex
	folders  map[dirfd.ID]int64     // birth, by device and inode
	archives map[archiveID]dirfd.ID // the folder of an archive
}

type archiveID struct {
	file        dirfd.ID
	size, mtime int64
}

func archiveIDOf(s dirfd.Stat) archiveID {
	return archiveID{file: s.ID(), size: s.Size, mtime: s.Mtime.UnixNano()}
}

// ReadRegistry reads the complete lines. Without a file the registry is empty.
func ReadRegistry(own dirfd.FD) *Registry {
	r := &Registry{folders: map[dirfd.ID]int64{}, archives: map[archiveID]dirfd.ID{}}
	if own == dirfd.None {
		return r
	}
	file, err := own.OpenRegular(registryFile)
	if err != nil {
		return r
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var folder dirfd.ID
		var birth int64
		var a archiveID
		_, err := fmt.Sscanf(lines.Text(), "%d %d %d %d %d %d %d.", &folder.Dev, &folder.Ino, &birth,
			&a.file.Dev, &a.file.Ino, &a.size, &a.mtime)
		if err == nil {
			r.learn(folder, birth, a)
		}
	}
	return r
}

func (r *Registry) learn(folder dirfd.ID, birth int64, a archiveID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.folders[folder] = birth
	r.archives[a] = folder
}

// add records a folder that was unpacked, in memory and in the file. One that could not be recorded there is recognized
// by its archive's name.
func (r *Registry) add(own dirfd.FD, folder, archive dirfd.Stat) {
	id, a, birth := folder.ID(), archiveIDOf(archive), identity.MarkOf(folder).Birth
	r.learn(id, birth, a)
	fd, err := unix.Openat(int(own), registryFile,
		unix.O_WRONLY|unix.O_CREAT|unix.O_APPEND|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return
	}
	file := os.NewFile(uintptr(fd), registryFile)
	defer file.Close()
	fmt.Fprintf(file, "%d %d %d %d %d %d %d.\n", id.Dev, id.Ino, birth, a.file.Dev, a.file.Ino, a.size, a.mtime)
}

// Has reports whether a folder came out of an archive.
func (r *Registry) Has(s dirfd.Stat) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	birth, ok := r.folders[s.ID()]
	return ok && birth == identity.MarkOf(s).Birth
}

// Empty reports whether nothing was ever unpacked; then folders need not be looked at.
func (r *Registry) Empty() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.folders) == 0
}

// FolderOf returns the folder of an archive that was unpacked.
func (r *Registry) FolderOf(archive dirfd.Stat) (dirfd.ID, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.archives[archiveIDOf(archive)]
	return f, ok
}
