package bind

import (
	"fmt"
	"reflect"
	"sync"
)

// A class is a registered type.
type class struct {
	name   string
	number int
	form   reflect.Type // as it was registered: T or *T
}

// A registry numbers classes in the order in which they come.
type registry struct {
	mu     sync.RWMutex
	byName map[string]*class       // guarded by mu
	byType map[reflect.Type]*class // by the type without pointers; guarded by mu
}

func NewRegistry() *registry {
	return &registry{byName: map[string]*class{}, byType: map[reflect.Type]*class{}}
}

// classes are the process's registered types. Like encoding/gob's registry it is one for the process, because a type
// is: numbers are unique in a program, and a package registers its types for whoever saves them.
//
//policy:mutable classes register themselves before they are saved, as with encoding/gob
var classes = NewRegistry()

// Register makes T a class and returns its number: 0 for the first class of the program, 1 for the second and so on.
// Registering a type again under its name gives the same number; T and *T are one class. It is an error if the name or
// the type is taken, and for interfaces, types without a name, and an empty name. It is safe for concurrent use.
//
// A value of T in an interface is written with the name and comes back as it was registered, T or *T, or as the one of
// the two that the interface allows. Files carry names only: numbers follow the order of a program's initialisation.
func Register[T any](name string) (int, error) {
	return classes.register(reflect.TypeFor[T](), name)
}

// Number tells the class of v, which may be a pointer to an instance. It is false if v's type is not registered.
func Number(v any) (int, bool) {
	c, ok := classes.of(reflect.TypeOf(v))
	if !ok {
		return 0, false
	}
	return c.number, true
}

// elem strips pointers from a type.
func elem(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func (r *registry) register(form reflect.Type, name string) (int, error) {
	t := elem(form)
	switch {
	case name == "":
		return 0, fmt.Errorf("register %s: empty name", t)
	case t.Name() == "" || t.Kind() == reflect.Interface:
		return 0, fmt.Errorf("register %s as %q: only named types that are no interfaces have instances", t, name)
	case t == valueType:
		return 0, fmt.Errorf("register %s as %q: a Value knows its kind", t, name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.byType[t]; ok {
		if known.name != name {
			return 0, fmt.Errorf("register %s as %q: it is registered as %q", t, name, known.name)
		}
		return known.number, nil
	}
	if taken, ok := r.byName[name]; ok {
		return 0, fmt.Errorf("register %s as %q: the name is that of %s", t, name, elem(taken.form))
	}
	c := &class{name: name, number: len(r.byName), form: form}
	r.byName[name], r.byType[t] = c, c
	return c.number, nil
}

func (r *registry) of(t reflect.Type) (*class, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	c, ok := r.byType[elem(t)]
	return c, ok
}

func (r *registry) named(name string) (*class, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	c, ok := r.byName[name]
	return c, ok
}
