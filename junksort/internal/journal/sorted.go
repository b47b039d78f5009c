package journal

import (
	"bufio"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// sortedFile, in DIR/.junksort, has a line for each way in which runs that were forgotten have sorted the folder: what
// a person has made in its categories since is not junk, also when nothing else tells of those runs.
const sortedFile = "sorted"

// NoteSorted notes that a run which is about to be forgotten has sorted the folder into a destination.
func (s *Store) NoteSorted(to, by string) error {
	fd, err := unix.Openat(int(s.Own), sortedFile,
		unix.O_WRONLY|unix.O_CREAT|unix.O_APPEND|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	file := os.NewFile(uintptr(fd), sortedFile)
	defer file.Close()
	_, err = fmt.Fprintf(file, "%q %q\n", to, by)
	return err
}

// Sorted calls visit for what NoteSorted has noted in own, which is DIR/.junksort. What cannot be read says nothing.
func Sorted(own dirfd.FD, visit func(to, by string)) {
	file, err := own.OpenRegular(sortedFile)
	if err != nil {
		return
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var to, by string
		if n, err := fmt.Sscanf(lines.Text(), "%q %q", &to, &by); n == 2 && err == nil {
			visit(to, by)
		}
	}
}
