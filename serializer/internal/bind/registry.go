package bind

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/tree"
)

// A class is a registered type.
type class struct {
	name   string
	number int
	form   reflect.Type // as registered: T or *T
}

// A hook writes and reads the values of a type other than by its fields.
type hook struct {
	write func(reflect.Value) (tree.Value, error)
	read  func(tree.Value) (reflect.Value, error)
}

// A migration turns the state of an older class into that of another.
type migration struct {
	to     string
	change func(tree.Value) (tree.Value, error)
}

// A Registry numbers classes in the order of their registration. It is safe for concurrent use.
type Registry struct {
	mu         sync.RWMutex
	byName     map[string]*class       // guarded by mu
	byType     map[reflect.Type]*class // by the type without its pointer; guarded by mu
	hooks      map[reflect.Type]hook   // guarded by mu
	migrations map[string]migration    // by the older name; guarded by mu
}

// NewRegistry returns a registry without classes.
func NewRegistry() *Registry {
	return &Registry{
		byName: map[string]*class{}, byType: map[reflect.Type]*class{},
		hooks: map[reflect.Type]hook{}, migrations: map[string]migration{},
	}
}

// classes are the registered types of the process. There is one registry, as with encoding/gob, because types are
// global: numbers are unique in a program, and a package registers its types for whoever saves them.
//
//policy:mutable classes register themselves before they are saved, as with encoding/gob
var classes = NewRegistry()

// Default is the registry of the process.
func Default() *Registry { return classes }

// Register makes T a class of r and returns its number.
func Register[T any](r *Registry, name string) (int, error) {
	return r.register(reflect.TypeFor[T](), name)
}

// Number returns the number of v's class in r.
func Number(r *Registry, v any) (int, bool) {
	c, ok := r.of(reflect.TypeOf(v))
	if !ok {
		return 0, false
	}
	return c.number, true
}

// Hook makes r write and read the values of T with functions of the caller.
func Hook[T any](r *Registry, write func(T) (tree.Value, error), read func(tree.Value) (T, error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hooks[reflect.TypeFor[T]()] = hook{
		write: func(v reflect.Value) (tree.Value, error) { return write(v.Interface().(T)) },
		read: func(v tree.Value) (reflect.Value, error) {
			x, err := read(v)
			return reflect.ValueOf(&x).Elem(), err
		},
	}
}

// Migrate makes r read instances of the class from as instances of the class to, after change has turned the old state
// into the new. If from and to are the same, change is called with every state of that class, old or new.
func (r *Registry) Migrate(from, to string, change func(tree.Value) (tree.Value, error)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, twice := r.migrations[from]; twice || from == "" || to == "" || change == nil {
		return fmt.Errorf("migrate %q to %q: a name is empty or already has a migration", from, to)
	}
	for next := to; next != from; {
		m, ok := r.migrations[next]
		if !ok || m.to == next {
			break
		}
		if next = m.to; next == from {
			return fmt.Errorf("migrate %q to %q: the migrations form a cycle", from, to)
		}
	}
	r.migrations[from] = migration{to, change}
	return nil
}

// elem strips pointers from a type.
func elem(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func (r *Registry) register(form reflect.Type, name string) (int, error) {
	t := elem(form)
	switch {
	case name == "":
		return 0, fmt.Errorf("register %s: empty name", t)
	case t.Name() == "" || t.Kind() == reflect.Interface:
		return 0, fmt.Errorf("register %s as %q: only named types other than interfaces have instances", t, name)
	case t == valueType:
		return 0, fmt.Errorf("register %s as %q: a Value knows its kind", t, name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.byType[t]; ok {
		if known.name != name {
			return 0, fmt.Errorf("register %s as %q: it is already registered as %q", t, name, known.name)
		}
		return known.number, nil
	}
	if taken, ok := r.byName[name]; ok {
		return 0, fmt.Errorf("register %s as %q: the name is taken by %s", t, name, elem(taken.form))
	}
	c := &class{name: name, number: len(r.byName), form: form}
	r.byName[name], r.byType[t] = c, c
	return c.number, nil
}

func (r *Registry) of(t reflect.Type) (*class, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	c, ok := r.byType[elem(t)]
	return c, ok
}

func (r *Registry) named(name string) (*class, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	c, ok := r.byName[name]
	return c, ok
}

// hooked returns the hooks, or nil if there are none. The map is a copy, which is read without the lock.
func (r *Registry) hooked() map[reflect.Type]hook {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(r.hooks) == 0 {
		return nil
	}
	hooks := make(map[reflect.Type]hook, len(r.hooks))
	for t, h := range r.hooks {
		hooks[t] = h
	}
	return hooks
}

// migrated applies the migrations of a class to a state; it returns the name of the class that it now belongs to.
func (r *Registry) migrated(name string, state tree.Value) (string, tree.Value, error) {
	for {
		r.mu.RLock()
		m, ok := r.migrations[name]
		r.mu.RUnlock()
		if !ok {
			return name, state, nil
		}
		var err error
		if state, err = m.change(state); err != nil {
			return name, state, fmt.Errorf("migrate %q to %q: %w", name, m.to, err)
		}
		if state.IsZero() {
			return name, state, fmt.Errorf("migrate %q to %q: the migration returned no value", name, m.to)
		}
		if m.to == name {
			return name, state, nil
		}
		name = m.to
	}
}

func (r *Registry) migrates(name string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ok := r.migrations[name]
	return ok
}

func errUnknownType(name string) error { return fmt.Errorf("%q: %w", name, event.ErrUnknownType) }
