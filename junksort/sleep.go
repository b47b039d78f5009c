package junksort

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/journal"
)

// A disk can be ejected only while no file and no folder of it is open, the lock included. So between two passes a
// watch closes everything on a removable disk, and its run is paused. On the system's disk it keeps the lock, so that
// nobody undoes what it would do again.

// ejectable reports whether a device may be removable: it holds neither the system nor the user's home.
func ejectable(device uint64) bool {
	for _, path := range []string{"/", os.Getenv("HOME")} {
		if path == "" {
			continue
		}
		fd, err := dirfd.Open(path)
		if err != nil {
			continue
		}
		s, err := fd.Stat()
		fd.Close()
		if err == nil && s.Dev == device {
			return false
		}
	}
	return true
}

// sleep closes everything, if the disk may be removable.
func (w *watcher) sleep() error {
	if !w.ejectable {
		return nil
	}
	summary, state := w.reporter.Snapshot(), Done
	if !summary.Complete() {
		state = Partial
	}
	err := w.journal.Pause(state, w.earlier+summary.Moved+summary.Put)
	w.handles.Release(w.root)
	w.handles.CloseAll()
	w.state.Close()
	w.asleep = true
	return err
}

// wake makes sure that the path still leads to the folder, and opens again what sleep has closed. It waits while
// another run is at work there.
func (w *watcher) wake(ctx context.Context) error {
	if !w.asleep {
		return w.present()
	}
	for {
		err := w.reopen()
		if !errors.Is(err, ErrBusy) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(patience):
		}
	}
}

func (w *watcher) reopen() error {
	fd, err := dirfd.Open(w.dir)
	if err != nil {
		return ErrGone
	}
	if err := w.handles.Adopt(w.root, fd); err != nil {
		return ErrGone // another folder was mounted or made there
	}
	state, err := journal.Open(fd, true)
	if err != nil {
		w.handles.Release(w.root)
		w.handles.CloseAll()
		return err
	}
	*w.state, w.dirFD, w.asleep = *state, fd, false
	same, err := w.journal.GoOn()
	if err == nil && !same {
		summary := w.reporter.Snapshot()
		w.earlier, w.root.ID = -(summary.Moved + summary.Put), 0
	}
	return err
}
