package bind

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/pythonweb/goweb/serializer/internal/event"
)

// A ref is the identity of a pointer, a map or a slice.
type ref struct {
	p      *plan
	at     unsafe.Pointer
	length int // of a slice
}

// found is what is known about something that a value refers to.
type found struct {
	times  int
	begun  bool
	index  uint64 // of the shared value, once it has begun
	inside bool   // behind another pointer, where a reference cannot stand
}

// refOf returns the identity of what v refers to, or false if that is empty and has none.
func refOf(p *plan, v reflect.Value) (ref, bool) {
	if !p.refers() || v.IsNil() {
		return ref{}, false
	}
	r := ref{p: p, at: v.UnsafePointer()}
	if p.form == formList {
		if r.length = v.Len(); r.length == 0 {
			return ref{}, false
		}
	}
	return r, true
}

// search looks for what a value refers to more than once.
func (e *encoder) search(p *plan, v reflect.Value) error {
	s := searcher{hooks: e.hooks, found: map[ref]*found{}}
	if err := s.value(p, v, false); err != nil {
		return err
	}
	for r, f := range s.found {
		if f.times == 1 {
			delete(s.found, r)
		} else if f.inside {
			return fmt.Errorf("a shared %s behind another pointer has no written form", r.p.t)
		}
	}
	if len(s.found) > 0 {
		e.found = s.found
	}
	return nil
}

type searcher struct {
	hooks map[reflect.Type]hook
	found map[ref]*found
	depth int
}

func (s *searcher) value(p *plan, v reflect.Value, behind bool) error {
	if p.leaf() || p.zero && v.IsNil() {
		return nil
	}
	if _, hooked := s.hooks[p.t]; hooked {
		return nil
	}
	if r, ok := refOf(p, v); ok {
		f := s.found[r]
		if f == nil {
			f = &found{}
			s.found[r] = f
		}
		f.inside = f.inside || behind && p.form == formPointer
		if f.times++; f.times > 1 {
			return nil
		}
	}
	if s.depth++; s.depth > event.MaxDepth {
		return fmt.Errorf("values are nested deeper than %d: %w", event.MaxDepth, event.ErrLimit)
	}
	err := s.inner(p, v)
	s.depth--
	return err
}

func (s *searcher) inner(p *plan, v reflect.Value) error {
	switch p.form {
	case formInterface:
		return s.value(planOf(v.Elem().Type()), v.Elem(), false)
	case formPointer:
		return s.value(p.elem, v.Elem(), true)
	case formList:
		if p.elem.leaf() {
			return nil
		}
		for i := range v.Len() {
			if err := s.value(p.elem, v.Index(i), false); err != nil {
				return err
			}
		}
	case formMap:
		if p.elem.leaf() && p.key.leaf() {
			return nil
		}
		for i := v.MapRange(); i.Next(); {
			if err := s.value(p.elem, i.Value(), false); err != nil {
				return err
			}
		}
	case formStruct:
		for i := range p.fields {
			if p.fields[i].plan.leaf() {
				continue
			}
			if inner, there := p.fields[i].in(v); there {
				if err := s.value(p.fields[i].plan, inner, false); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// begun is what begin did.
type begun struct {
	again   bool // a reference was written: the value is complete
	wrapped bool // a shared value was begun, which KindEnd has to close
}

// begin begins a shared value, or refers to it.
func (e *encoder) begin(p *plan, v reflect.Value) (begun, error) {
	if e.found == nil {
		return begun{}, nil
	}
	r, ok := refOf(p, v)
	f := e.found[r]
	if !ok || f == nil {
		return begun{}, nil
	}
	if f.begun {
		return begun{again: true}, e.write(event.KindRef, f.index, nil)
	}
	f.begun, f.index = true, e.shared
	e.shared++
	return begun{wrapped: true}, e.write(event.KindShared, f.index, nil)
}
