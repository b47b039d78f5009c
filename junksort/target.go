package junksort

import "sync"

// target is a destination: a folder directly in DEST.
type target struct {
	index  uint32
	folder *folder
	// The fields below belong to the planner until it has handed on the first move to this target.
	opened  bool
	refused string // why no file can go there
}

// targets are all destinations that were named so far. Listing adds to them from many goroutines.
type targets struct {
	dest *folder
	mu   sync.RWMutex
	name map[string]*target
	list []*target
}

func newTargets(dest *folder) *targets { return &targets{dest: dest, name: map[string]*target{}} }

// named returns the target of this name.
func (t *targets) named(name string) *target {
	t.mu.RLock()
	found := t.name[name]
	t.mu.RUnlock()
	if found != nil {
		return found
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if found := t.name[name]; found != nil {
		return found
	}
	found = &target{index: uint32(len(t.list)), folder: &folder{parent: t.dest, name: name}}
	t.name[name] = found
	t.list = append(t.list, found)
	return found
}

// at returns the target of this index.
func (t *targets) at(index uint32) *target {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.list[index]
}

// all returns the targets named so far.
func (t *targets) all() []*target {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return append([]*target(nil), t.list...)
}
