package tree

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/literal"
)

// Equal reports whether two values are equal under the typed model: of one kind, with equal content. The order of keys
// counts in maps, the order of elements does not count in sets.
func Equal(a, b Value) bool {
	_, differ := Difference(a, b)
	return !differ
}

// A Mismatch is the first place where two values differ.
type Mismatch struct {
	Path  string // as $.name[index]
	A, B  Value  // the values there; zero if there is none
	Order bool   // two maps have the same keys there, in another order
}

// Difference finds the first place where two values differ.
func Difference(a, b Value) (m Mismatch, differ bool) {
	m, differ = difference(a, b)
	m.Path = "$" + m.Path
	return m, differ
}

func difference(a, b Value) (Mismatch, bool) {
	switch {
	case a.Kind() != b.Kind():
		return Mismatch{A: a, B: b}, true
	case a.Kind() == event.KindMap:
		return mapDifference(a, b)
	case a.Kind() == event.KindSet || a.Kind() == event.KindFrozenSet:
		return setDifference(a, b)
	case a.Kind().Container() && a.num != b.num:
		return Mismatch{A: a, B: b}, true
	case a.Kind().Container():
		return listDifference(a, b)
	case a.Kind() == event.KindNumber:
		return Mismatch{A: a, B: b}, numberForm(a.text()) != numberForm(b.text())
	}
	return Mismatch{A: a, B: b}, a.num != b.num || a.text() != b.text()
}

// numberForm returns a form that is the same for numbers of one value.
func numberForm(text string) string {
	mantissa, exp, ok := literal.DecimalParts([]byte(text))
	if !ok {
		return strings.ToLower(strings.Replace(text, "+", "", 1))
	}
	digits := strings.TrimRight(mantissa, "0")
	return fmt.Sprintf("%se%d", digits, exp+int64(len(mantissa)-len(digits)))
}

func listDifference(a, b Value) (Mismatch, bool) {
	x, y := a.items(), b.items()
	for i := range min(len(x), len(y)) {
		if m, differ := difference(x[i], y[i]); differ {
			return m.under(a, i), true
		}
	}
	if len(x) != len(y) {
		m := Mismatch{A: at(x, len(y)), B: at(y, len(x))}
		return m.under(a, min(len(x), len(y))), true
	}
	return Mismatch{}, false
}

// at returns the ith value, or the zero Value if there is none.
func at(items []Value, i int) Value {
	if i < len(items) {
		return items[i]
	}
	return Value{}
}

// under prepends the step into a container to the path.
func (m Mismatch) under(container Value, i int) Mismatch {
	switch container.Kind() {
	case event.KindList, event.KindTuple:
		m.Path = fmt.Sprintf("[%d]%s", i, m.Path)
	case event.KindInstance:
		if i > 0 && container.Parts() != event.PartState {
			m.Path = "." + container.Parts().Names()[i-1] + m.Path
		}
	}
	return m
}

func mapDifference(a, b Value) (Mismatch, bool) {
	x, y := a.items(), b.items()
	for i := 0; i < min(len(x), len(y)); i += 2 {
		if _, differ := difference(x[i], y[i]); differ {
			return Mismatch{Path: KeyStep(x[i]), A: x[i], B: y[i]}, true
		}
		if m, differ := difference(x[i+1], y[i+1]); differ {
			m.Path = KeyStep(x[i]) + m.Path
			return m, true
		}
	}
	switch {
	case len(x) > len(y):
		return Mismatch{Path: KeyStep(x[len(y)]), A: x[len(y)+1]}, true
	case len(y) > len(x):
		return Mismatch{Path: KeyStep(y[len(x)]), B: y[len(x)+1]}, true
	}
	return Mismatch{}, false
}

func setDifference(a, b Value) (Mismatch, bool) {
	if a.Len() != b.Len() {
		return Mismatch{A: a, B: b}, true
	}
	x, y := sortedForms(a), sortedForms(b)
	for i := range x {
		if !bytes.Equal(x[i], y[i]) {
			return Mismatch{A: a, B: b}, true
		}
	}
	return Mismatch{}, false
}

// sortedForms returns the elements of a set, sorted, in a form that is equal for equal elements.
func sortedForms(set Value) [][]byte {
	forms := make([][]byte, 0, set.Len())
	for _, v := range set.items() {
		forms = append(forms, appendForm(nil, v))
	}
	slices.SortFunc(forms, bytes.Compare)
	return forms
}

// appendForm writes a value so that equal values, and no others, have equal bytes.
func appendForm(b []byte, v Value) []byte {
	ev := event.Event{Kind: v.Kind(), Num: v.num}
	switch {
	case v.Kind() == event.KindNumber:
		ev.Data = []byte(numberForm(v.text()))
	case !v.Kind().Container():
		ev.Data = []byte(v.text())
	}
	b = event.AppendEvent(b, &ev)
	if v.Kind() == event.KindSet || v.Kind() == event.KindFrozenSet {
		for _, form := range sortedForms(v) {
			b = append(b, form...)
		}
		return append(b, byte(event.KindEnd))
	}
	if v.Kind().Container() {
		for _, item := range v.items() {
			b = appendForm(b, item)
		}
		b = append(b, byte(event.KindEnd))
	}
	return b
}
