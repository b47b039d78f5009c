package junksort

import (
	"bufio"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// registryFile, in DIR/.junksort, has a line for each folder that was unpacked: the folder's device, inode and birth,
// and the device, inode, size and modification time of its archive. Neither finds its folder again by name once the
// person renames it.
const registryFile = "unpacked"

// registry is which folders came out of archives.
type registry struct {
	mu       sync.Mutex
	folders  map[openFile]int64     // birth, by device and inode
	archives map[archiveID]openFile // the folder of an archive
}

type archiveID struct {
	file        openFile
	size, mtime int64
}

func archiveIDOf(s dirfd.Stat) archiveID {
	return archiveID{file: openFile{s.Dev, s.Ino}, size: s.Size, mtime: s.Mtime.UnixNano()}
}

// readRegistry reads the lines that are whole. Without a file there is nothing.
func readRegistry(own dirfd.FD) *registry {
	r := &registry{folders: map[openFile]int64{}, archives: map[archiveID]openFile{}}
	if own == dirfd.None {
		return r
	}
	file, err := own.OpenRegular(registryFile)
	if err != nil {
		return r
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var folder openFile
		var birth int64
		var a archiveID
		_, err := fmt.Sscanf(lines.Text(), "%d %d %d %d %d %d %d.", &folder.dev, &folder.ino, &birth,
			&a.file.dev, &a.file.ino, &a.size, &a.mtime)
		if err == nil {
			r.learn(folder, birth, a)
		}
	}
	return r
}

func (r *registry) learn(folder openFile, birth int64, a archiveID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.folders[folder] = birth
	r.archives[a] = folder
}

// add notes a folder that was unpacked, also in the file. One that is not noted there is known by its archive's name.
func (r *registry) add(own dirfd.FD, folder, archive dirfd.Stat) {
	id, a, birth := openFile{folder.Dev, folder.Ino}, archiveIDOf(archive), markOf(folder).birth
	r.learn(id, birth, a)
	fd, err := unix.Openat(int(own), registryFile, unix.O_WRONLY|unix.O_CREAT|unix.O_APPEND|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return
	}
	file := os.NewFile(uintptr(fd), registryFile)
	defer file.Close()
	fmt.Fprintf(file, "%d %d %d %d %d %d %d.\n", id.dev, id.ino, birth, a.file.dev, a.file.ino, a.size, a.mtime)
}

// has reports whether a folder came out of an archive.
func (r *registry) has(s dirfd.Stat) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	birth, ok := r.folders[openFile{s.Dev, s.Ino}]
	return ok && birth == markOf(s).birth
}

// empty spares a look at every folder where nothing was ever unpacked.
func (r *registry) empty() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.folders) == 0
}

// folderOf returns the folder of an archive that was unpacked.
func (r *registry) folderOf(archive dirfd.Stat) (openFile, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.archives[archiveIDOf(archive)]
	return f, ok
}
