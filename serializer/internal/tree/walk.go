package tree

import (
	"fmt"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// Differences calls found with every place where two values differ, until it returns false. Keys are matched by value:
// other keys, and in ordered maps the order of keys, are differences of their own.
func Differences(a, b Value, unordered bool, found func(Mismatch) bool) {
	w := walk{unordered: unordered, found: found}
	w.compare("$", a, b)
}

type walk struct {
	unordered bool
	found     func(Mismatch) bool
}

func (w *walk) compare(path string, a, b Value) (more bool) {
	switch {
	case a.Kind() != b.Kind() || a.Kind().Container() && a.Kind() != event.KindShared && a.num != b.num:
		return w.found(Mismatch{Path: path, A: a, B: b})
	case a.Kind() == event.KindMap:
		return w.maps(path, a, b)
	case a.Kind() == event.KindSet || a.Kind() == event.KindFrozenSet:
		return w.sets(path, a, b)
	case a.Kind().Container():
		return w.lists(path, a, b)
	}
	if _, differ := difference(a, b); differ {
		return w.found(Mismatch{Path: path, A: a, B: b})
	}
	return true
}

func (w *walk) lists(path string, a, b Value) bool {
	x, y := a.items(), b.items()
	for i := range max(len(x), len(y)) {
		step := (Mismatch{}).under(a, i).Path
		if i >= len(x) || i >= len(y) {
			if !w.found(Mismatch{Path: path + step, A: at(x, i), B: at(y, i)}) {
				return false
			}
		} else if !w.compare(path+step, x[i], y[i]) {
			return false
		}
	}
	return true
}

// places maps the form of each key of a map to the places of its pairs, in their order if a key is there twice.
func places(items []Value) map[string][]int {
	found := make(map[string][]int, len(items)/2)
	for i := 0; i < len(items); i += 2 {
		form := string(appendForm(nil, items[i]))
		found[form] = append(found[form], i)
	}
	return found
}

func (w *walk) maps(path string, a, b Value) bool {
	x, y := a.items(), b.items()
	theirs := places(y)
	last, ordered := -1, true
	for i := 0; i < len(x); i += 2 {
		form := string(appendForm(nil, x[i]))
		step := path + KeyStep(x[i])
		match := theirs[form]
		if len(match) == 0 {
			if !w.found(Mismatch{Path: step, A: x[i+1]}) {
				return false
			}
			continue
		}
		theirs[form] = match[1:]
		ordered = ordered && match[0] > last
		last = match[0]
		if !w.compare(step, x[i+1], y[match[0]+1]) {
			return false
		}
	}
	for i := 0; i < len(y); i += 2 {
		form := string(appendForm(nil, y[i]))
		if rest := theirs[form]; len(rest) > 0 && rest[0] == i {
			theirs[form] = rest[1:]
			if !w.found(Mismatch{Path: path + KeyStep(y[i]), B: y[i+1]}) {
				return false
			}
		}
	}
	if !ordered && !w.unordered {
		return w.found(Mismatch{Path: path, A: a, B: b, Order: true})
	}
	return true
}

func (w *walk) sets(path string, a, b Value) bool {
	only := map[string]int{}
	for _, item := range b.items() {
		only[string(appendForm(nil, item))]++
	}
	for i, item := range a.items() {
		form := string(appendForm(nil, item))
		if only[form] > 0 {
			only[form]--
		} else if !w.found(Mismatch{Path: fmt.Sprintf("%s[%d]", path, i), A: item}) {
			return false
		}
	}
	for i, item := range b.items() {
		form := string(appendForm(nil, item))
		if only[form] > 0 {
			only[form]--
			if !w.found(Mismatch{Path: fmt.Sprintf("%s[%d]", path, i), B: item}) {
				return false
			}
		}
	}
	return true
}
