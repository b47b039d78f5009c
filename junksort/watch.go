package junksort

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

const (
	settling = 100 * time.Millisecond // how long nothing must happen before a pass
	patience = time.Second            // after which a pass begins although things go on happening
	polling  = 5 * time.Second        // between passes where the system cannot watch all folders
)

// Watch sorts what is in dir, then what arrives there, until ctx is cancelled; it then returns ctx's error. All of it
// is one run. A file stays while it is younger than options.MinAge or some process has it open for writing, and is
// looked at again later. After each change the tree is read anew, so that nothing depends on the system reporting
// every single file: a new folder, or more events than the system can hold, cause another look and no more.
func Watch(ctx context.Context, dir string, options Options, observer Observer) (Summary, error) {
	s, err := open(dir, options, observer)
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return Summary{}, err
	}
	defer events.Close()
	if err := s.begin("watch"); err != nil {
		return Summary{}, err
	}
	if err := s.settleLast(ctx); err != nil {
		return Summary{}, err
	}
	w := &watcher{session: s, events: events, emptied: map[openFile]bool{}}
	s.rules.watch = w
	s.reporter.told = map[Result]bool{}
	return s.finish(w.run(ctx))
}

// watcher repeats passes.
type watcher struct {
	*session
	events *fsnotify.Watcher

	mu      sync.Mutex
	due     time.Time         // when a file that is too young now will be old enough; zero for none
	polling bool              // not every folder could be watched
	emptied map[openFile]bool // folders that moves of this run have emptied
}

// run makes a pass whenever something has happened. Between two passes it is done, and says so to the journal when it
// ends.
func (w *watcher) run(ctx context.Context) error {
	for {
		w.due = time.Time{}
		if err := w.present(); err != nil {
			return err
		}
		if err := w.pass(ctx); err != nil {
			return err
		}
		w.reporter.progress()
		if err := w.wait(ctx); err != nil {
			w.idle = true
			return err
		}
	}
}

// ErrGone reports that the folder that was watched is not there any more.
var ErrGone = errors.New("the folder is gone")

// present makes sure that the path still leads to the folder.
func (w *watcher) present() error {
	fd, err := dirfd.Open(w.dir)
	if err != nil {
		w.idle = true
		return ErrGone
	}
	defer fd.Close()
	if s, err := fd.Stat(); err != nil || !s.Same(w.root.stat) {
		w.idle = true
		return ErrGone
	}
	return nil
}

// empties notes that a move of this run has taken something out of f.
func (w *watcher) empties(f *folder) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.emptied[openFile{f.stat.Dev, f.stat.Ino}] = true
}

// gone forgets a folder that was removed: its inode number is given out again, to a folder of the person perhaps.
func (w *watcher) gone(f *folder) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.emptied, openFile{f.stat.Dev, f.stat.Ino})
}

// mayGo reports whether a folder was emptied by this run.
func (w *watcher) mayGo(f *folder) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.emptied[openFile{f.stat.Dev, f.stat.Ino}]
}

// wait returns when it is time for another pass.
func (w *watcher) wait(ctx context.Context) error {
	timer := time.NewTimer(w.untilDue())
	defer timer.Stop()
	var deadline time.Time // of the pass for what has happened; zero while nothing has
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case event := <-w.events.Events:
			if own(event.Name) || event.Op == fsnotify.Chmod {
				continue
			}
		case err := <-w.events.Errors:
			if err != nil && !errors.Is(err, fsnotify.ErrEventOverflow) {
				return err
			}
		}
		now := time.Now()
		if deadline.IsZero() {
			deadline = now.Add(patience)
		}
		timer.Reset(min(settling, deadline.Sub(now)))
	}
}

// own reports whether a path is junksort's own state.
func own(path string) bool { return strings.HasPrefix(filepath.Base(path), stateFolder) }

// untilDue returns how long to wait if nothing happens.
func (w *watcher) untilDue() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	wait := time.Duration(1<<63 - 1)
	if w.polling {
		wait = polling
	}
	if !w.due.IsZero() {
		wait = min(wait, max(time.Until(w.due), settling))
	}
	return wait
}

// folder watches f. It is called before f is read, so that what comes during the reading is not missed.
func (w *watcher) folder(f *folder) {
	path := filepath.Join(w.dir, f.path())
	if err := w.events.Add(path); err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.polling {
			w.polling = true
			w.reporter.result(Result{Action: Noted, From: f.path(), Reason: "not every folder can be watched (" + reason(err) + "): it is looked at every 5 s"})
		}
	}
}

// young notes that a file may be sorted at some time.
func (w *watcher) young(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.due.IsZero() || at.Before(w.due) {
		w.due = at
	}
}
