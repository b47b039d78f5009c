package dirfd

import (
	"os"

	"golang.org/x/sys/unix"
)

// nextData returns the next piece of file that is not a hole, at or after at. On a file system without holes the whole
// file is one piece.
func nextData(file *os.File, at, size int64) (start, end int64) {
	start, err := unix.Seek(int(file.Fd()), at, unix.SEEK_DATA)
	if err == unix.ENXIO {
		return size, size // nothing but a hole up to the end
	}
	if err != nil {
		return at, size
	}
	end, err = unix.Seek(int(file.Fd()), start, unix.SEEK_HOLE)
	if err != nil {
		end = size
	}
	return min(start, size), min(end, size)
}

// dropCache asks the kernel to read the file from the disk the next time.
func dropCache(file *os.File) {
	_ = unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED) // only a hint to the kernel
}
