package report

import "sync"

// Listeners are told of files and of the progress; each may be nil.
type Listeners struct {
	Each     func(Result)          // of every file
	Problem  func(Result)          // of what failed, was left, or needs a note
	Progress func(done, total int) // total is 0 while it is not known
}

// Reporter counts results and tells the listeners, one goroutine at a time. The zero value tells nobody.
type Reporter struct {
	listeners Listeners
	mu        sync.Mutex
	summary   Summary
	told      map[Result]bool // what was reported already, if passes repeat it; else nil
	total     int             // files to move; 0 while unknown
}

// New returns a reporter that tells the listeners.
func New(l Listeners) *Reporter { return &Reporter{listeners: l} }

// Once reports from now on what failed or was skipped only once, although passes repeat it.
func (r *Reporter) Once() { r.told = map[Result]bool{} }

// HasEach reports whether a listener is told of every file.
func (r *Reporter) HasEach() bool { return r.listeners.Each != nil }

// Result reports what happened to a file.
func (r *Reporter) Result(x Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.told != nil && (x.Action == Failed || x.Action == Skipped) {
		if r.told[x] {
			return
		}
		r.told[x] = true
	}
	r.summary.count(x.Action)
	if r.listeners.Each != nil {
		r.listeners.Each(x)
	}
	if r.listeners.Problem != nil && (x.Action == Failed || x.Action == Left || x.Action == Noted ||
		x.Action == Returned && x.Reason != "") {
		r.listeners.Problem(x)
	}
}

// event is a result whose paths are built only if a listener reads them.
type event interface {
	// Action returns the action of the result.
	Action() Action
	// Imperfect reports whether the user has to be told of it although it succeeded.
	Imperfect() bool
	// Result builds the result.
	Result() Result
}

// Event reports an event of which there may be millions.
func (r *Reporter) Event(e event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.count(e.Action())
	if r.listeners.Each != nil {
		r.listeners.Each(e.Result())
	}
	if r.listeners.Problem != nil && e.Imperfect() {
		r.listeners.Problem(e.Result())
	}
}

// Tick reports how far the run has come.
func (r *Reporter) Tick() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listeners.Progress != nil {
		s := r.summary
		r.listeners.Progress(s.Moved+s.Put+s.Returned+s.Left, r.total)
	}
}

// Expect sets how many files there are to move.
func (r *Reporter) Expect(total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total = total
}

// RemovedFolder counts a folder that was removed.
func (r *Reporter) RemovedFolder() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Folders++
}

// Snapshot returns the counts so far.
func (r *Reporter) Snapshot() Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.summary
}
