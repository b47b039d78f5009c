package compute

import (
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// terminal watches whether a command changes the settings of the terminal on its standard input, as editors, pagers and
// password prompts do.
type terminal struct {
	done chan struct{}
	wait sync.WaitGroup
	seen atomic.Bool
}

// watchTerminal starts watching in, if that is a terminal.
func watchTerminal(in io.Reader) *terminal {
	t := &terminal{done: make(chan struct{})}
	file, isFile := in.(*os.File)
	if !isFile {
		return t
	}
	fd := int(file.Fd())
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return t
	}
	t.wait.Go(func() {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for !t.seen.Load() {
			select {
			case <-t.done:
				return
			case <-ticker.C:
				now, err := unix.IoctlGetTermios(fd, unix.TCGETS)
				t.seen.Store(err == nil && *now != *before)
			}
		}
	})
	return t
}

// changed ends the watch and reports what it saw.
func (t *terminal) changed() bool {
	close(t.done)
	t.wait.Wait()
	return t.seen.Load()
}
