package junksort

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/calm"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

const (
	settling = 100 * time.Millisecond // how long it must be quiet before a pass
	patience = time.Second            // after which a pass begins although things go on happening
	polling  = survey.LookAgain       // between passes where the system cannot watch all folders
)

// Watch sorts what is in dir, then what arrives there, until ctx is cancelled; it then returns ctx's error. All of it
// is one run. A file stays while it is younger than options.MinAge or some process has it open for writing, and is
// looked at again later. After each change all folders are read anew but those in which nothing was to be sorted and
// nothing has happened since (package calm). So nothing depends on the system reporting every single file: a new
// folder, or more events than the system can hold, only cause another look.
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
	w := &watcher{session: s, events: events, emptied: map[dirfd.ID]int64{}, calm: calm.New()}
	s.rules.Watch, s.watch = w, w
	s.reporter.Once()
	w.ejectable = ejectable(s.root.Stat.Dev)
	err = w.run(ctx)
	if w.asleep {
		summary := s.reporter.Snapshot()
		summary.Run = s.journal.Number()
		return summary, err
	}
	return s.finish(err)
}

// watcher repeats passes.
type watcher struct {
	*session
	events *fsnotify.Watcher
	calm   *calm.Folders

	mu        sync.Mutex
	due       time.Time          // when a file that is too young now will be old enough; zero for none
	polling   bool               // not every folder could be watched
	ejectable bool               // the disk may be removable: nothing on it is kept open between passes
	stateless bool               // somebody has removed the state folder: the folder itself may follow
	emptied   map[dirfd.ID]int64 // folders that moves of this run have emptied, and when those were made
}

// run makes a pass whenever something has happened. Between two passes the run counts as done, and the journal says so
// when it ends.
func (w *watcher) run(ctx context.Context) error {
	for {
		w.due = time.Time{}
		if err := w.wake(ctx); err != nil {
			return err
		}
		w.calm.Begin()
		if !slices.Contains(w.events.WatchList(), filepath.Clean(w.dir)) { // the first pass, or it was mounted anew
			w.calm.Forget()
		}
		before := w.reporter.Snapshot()
		if err := w.pass(ctx); err != nil {
			w.idle = ctx.Err() != nil && w.reporter.Snapshot() == before // stopped before it had found anything to do
			return err
		}
		w.few, w.rules.Grown = true, true
		w.forgetMissing(w.root)
		w.reporter.Tick()
		if err := w.sleep(); err != nil {
			return err
		}
		if err := w.wait(ctx); err != nil {
			w.idle = true
			return err
		}
	}
}

// ErrGone reports that the watched folder is no longer there.
var ErrGone = errors.New("the folder is gone")

// present makes sure that the path still leads to the folder.
func (w *watcher) present() error {
	fd, err := dirfd.Open(w.dir)
	if err != nil {
		w.idle = true
		return ErrGone
	}
	defer fd.Close()
	if s, err := fd.Stat(); err != nil || !s.Same(w.root.Stat) {
		w.idle = true
		return ErrGone
	}
	return nil
}

// Empties records that a move of this run has taken something out of f.
func (w *watcher) Empties(f *tree.Folder) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.emptied[f.Stat.ID()] = f.Birth
}

// Gone forgets a folder that was removed: its inode number may be reused, perhaps for a folder of the user's.
func (w *watcher) Gone(f *tree.Folder) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.emptied, f.Stat.ID())
	w.calm.Took(f.Parent.Path(), f.Name)
}

// forgetMissing forgets the emptied folders that a pass has not come across, because somebody else has removed them.
func (w *watcher) forgetMissing(root *tree.Folder) {
	there := map[dirfd.ID]bool{}
	var visit func(f *tree.Folder)
	visit = func(f *tree.Folder) {
		there[f.Stat.ID()] = true
		for _, child := range f.Children {
			visit(child)
		}
	}
	visit(root)
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range w.emptied {
		if !there[id] {
			delete(w.emptied, id)
		}
	}
}

// MayGo reports whether a folder was emptied by this run. One that has merely got the inode number of such a folder has
// another birth time.
func (w *watcher) MayGo(f *tree.Folder) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	birth, ok := w.emptied[f.Stat.ID()]
	return ok && birth == f.Birth
}

// wait returns when it is time for another pass.
func (w *watcher) wait(ctx context.Context) error {
	timer := time.NewTimer(w.untilDue())
	defer timer.Stop()
	var deadline time.Time // of the pass for what has happened; zero while nothing has
	var look <-chan time.Time
	if w.asleep || w.stateless { // the removal of a disk is not always reported, nor is that of a folder that is open
		ticker := time.NewTicker(polling)
		defer ticker.Stop()
		look = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return nil
		case <-look:
			if err := w.present(); err != nil {
				return err
			}
			continue
		case event := <-w.events.Events:
			if event.Name == filepath.Join(w.dir, tree.StateFolder) && event.Has(fsnotify.Remove) && look == nil {
				w.stateless = true
				ticker := time.NewTicker(polling)
				defer ticker.Stop()
				look = ticker.C
			}
			if own(event.Name) || !w.foreign(event) || event.Op == fsnotify.Chmod {
				continue
			}
		case err := <-w.events.Errors:
			if err != nil && !errors.Is(err, fsnotify.ErrEventOverflow) {
				return err
			}
			w.calm.Forget()
		}
		now := time.Now()
		if deadline.IsZero() {
			deadline = now.Add(patience)
		}
		timer.Reset(min(settling, deadline.Sub(now)))
	}
}

// foreign reports whether somebody other than the watch itself has caused an event.
func (w *watcher) foreign(event fsnotify.Event) bool {
	path, err := filepath.Rel(w.dir, event.Name)
	if err != nil {
		return true
	}
	if path == "." {
		path = ""
	}
	return w.calm.Event(path, event.Has(fsnotify.Create), event.Has(fsnotify.Rename) || event.Has(fsnotify.Remove))
}

// own reports whether a path is junksort's own state.
func own(path string) bool { return strings.HasPrefix(filepath.Base(path), tree.StateFolder) }

// untilDue returns how long to wait at most if nothing happens.
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

// Folder watches f. It is called before f is read, so that what comes during the reading is not missed.
func (w *watcher) Folder(f *tree.Folder, fd dirfd.FD) (calm.Listing, bool) {
	if born, err := fd.Look(""); err == nil {
		f.Birth = identity.MarkOf(born).Birth
	}
	path := filepath.Join(w.dir, f.Path())
	if err := w.events.Add(path); err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.polling {
			w.polling = true
			w.reporter.Result(Result{
				Action: Noted, From: f.Path(),
				Reason: "not every folder can be watched (" + report.Reason(err) + "): the tree is scanned every 5 s",
			})
		}
		return calm.Listing{}, false
	}
	s, err := fd.Stat()
	if err != nil {
		return calm.Listing{}, false
	}
	return w.calm.Find(f.Path(), s)
}

// Calm records a folder in which nothing is to be sorted, unless the system cannot tell when something happens in it.
func (w *watcher) Calm(f *tree.Folder) {
	w.mu.Lock()
	polling := w.polling
	w.mu.Unlock()
	if polling {
		return
	}
	l := calm.Listing{Stays: f.Stays, Kept: f.Kept}
	for _, child := range f.Children {
		l.Children = append(l.Children, child.Name)
	}
	w.calm.Know(f.Path(), l)
}

// Known reports whether a destination was not read in this pass, because nothing has touched it.
func (w *watcher) Known(f *tree.Folder) bool { return w.calm.Found(f.Path()) }

// Moved records which events of the system the watch has caused itself.
func (w *watcher) Moved(m *order.Move) {
	if to := m.To.Path(); !m.Drop && !m.To.Trash && !filepath.IsAbs(to) {
		w.calm.Brought(to, m.NewName.String())
	}
	w.calm.Took(m.From.Path(), m.Name.String())
}

// Young records the time from which a file may be sorted.
func (w *watcher) Young(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.due.IsZero() || at.Before(w.due) {
		w.due = at
	}
}
