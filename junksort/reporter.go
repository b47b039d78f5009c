package junksort

import "sync"

// reporter counts results and tells the observer, one goroutine at a time.
type reporter struct {
	observer Observer
	mu       sync.Mutex
	summary  Summary
	told     map[Result]bool // what was said already, where passes repeat it; else nil
	total    int             // files to move; 0 while unknown
}

func (r *reporter) result(x Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.told != nil && (x.Action == Failed || x.Action == Skipped) {
		if r.told[x] {
			return
		}
		r.told[x] = true
	}
	r.summary.count(x.Action)
	if r.observer.Result != nil {
		r.observer.Result(x)
	}
	if r.observer.Problem != nil && (x.Action == Failed || x.Action == Left || x.Action == Noted || x.Action == Returned && x.Reason != "") {
		r.observer.Problem(x)
	}
}

// moved reports a move; its paths are made only for an observer.
func (r *reporter) moved(action Action, m *move) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.count(action)
	if r.observer.Result != nil {
		r.observer.Result(movedResult(action, m))
	}
	if r.observer.Problem != nil && len(m.lost) > 0 {
		r.observer.Problem(movedResult(action, m))
	}
}

func movedResult(action Action, m *move) Result {
	return Result{Action: action, From: m.from.join(m.name.String()), To: m.to.join(m.newName.String()), Reason: lossText(m.lost)}
}

func (r *reporter) progress() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.observer.Progress != nil {
		s := r.summary
		r.observer.Progress(s.Moved+s.Put+s.Returned+s.Left, r.total)
	}
}

func (r *reporter) expect(total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total = total
}

func (r *reporter) removedFolder() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Folders++
}

func (r *reporter) snapshot() Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.summary
}
