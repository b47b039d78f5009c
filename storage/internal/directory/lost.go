//go:build unix

package directory

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"syscall"
)

// lostName is the file that says for how many calls the store was unavailable, and why for the last of them: the
// number, a space and the reason.
const lostName = "/lost"

// lostSize bounds that file.
const lostSize = 4 << 10

// lose counts calls for which the store was unavailable. The file is short enough to be overwritten by one call.
func (f folder) lose(calls int64, reason string) error {
	j, err := f.openJournal()
	if err != nil {
		return err
	}
	defer j.close()
	path := string(f) + lostName
	fd, info, err := open(path, syscall.O_RDWR|syscall.O_CREAT)
	if err != nil {
		return err
	}
	defer func() { _ = syscall.Close(fd) }()
	before, _ := lostIn(fd, info)
	text := fmt.Sprintf("%d %s", before+calls, strings.Map(printable, reason))
	text = strings.ToValidUTF8(text[:min(len(text), lostSize-1)], "") + "\n"
	if _, err = syscall.Pwrite(fd, []byte(text), 0); err == nil {
		err = syscall.Ftruncate(fd, int64(len(text)))
	}
	if err != nil {
		return &fs.PathError{Op: "write", Path: path, Err: err}
	}
	return nil
}

// printable keeps the reason on one line.
func printable(r rune) rune {
	if r < ' ' {
		return ' '
	}
	return r
}

// lost returns what lose has counted.
func (f folder) lost() (calls int64, reason string) {
	fd, info, err := open(string(f)+lostName, syscall.O_RDONLY)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = syscall.Close(fd) }()
	return lostIn(fd, info)
}

func lostIn(fd int, info syscall.Stat_t) (calls int64, reason string) {
	data, err := readAll(fd, min(info.Size, lostSize))
	if err != nil {
		return 0, ""
	}
	line, _, _ := strings.Cut(string(data), "\n")
	number, reason, _ := strings.Cut(line, " ")
	calls, _ = strconv.ParseInt(number, 10, 64)
	return calls, reason
}
