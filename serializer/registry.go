package serializer

import "github.com/pythonweb/goweb/serializer/internal/bind"

// A Registry knows the names of classes, hooks for the types of other packages, and how the states of older classes
// become those of newer ones. The process has one, which [Register] fills; a program that reads the files of several
// others creates more with [NewRegistry] and sets them in [Types]. It is safe for concurrent use.
type Registry = bind.Registry

// NewRegistry returns a registry without classes.
func NewRegistry() *Registry { return bind.NewRegistry() }

// DefaultRegistry is the registry of the process.
func DefaultRegistry() *Registry { return bind.Default() }

// Register makes T a class and returns its number: 0 for the first class of the program, 1 for the second and so on.
// Registering a type again under its name gives the same number; T and *T are one class. It is an error if the name or
// the type is taken, and for interfaces, types without a name, and an empty name. It is safe for concurrent use.
//
// A value of T in an interface, or in a list, a map or behind a pointer there, is written with the name and comes back
// as it was registered, T or *T, or as the one of the two that the interface allows. A named type that is not
// registered is refused there. Files carry names only: numbers follow the order of a program's initialisation.
func Register[T any](name string) (int, error) { return bind.Register[T](bind.Default(), name) }

// RegisterIn is [Register] for a given registry.
func RegisterIn[T any](r *Registry, name string) (int, error) { return bind.Register[T](r, name) }

// Number returns the number of v's class; v may be a pointer to an instance. It returns false if v's type is not
// registered.
func Number(v any) (int, bool) { return bind.Number(bind.Default(), v) }

// NumberIn is [Number] for a given registry.
func NumberIn(r *Registry, v any) (int, bool) { return bind.Number(r, v) }

// Hook makes r write the values of T as what write returns, and read them back with read. It is for types of other
// packages whose state is unexported and that have no methods to write it. An interface gets back what write returned,
// unless T is registered, too.
func Hook[T any](r *Registry, write func(T) (Value, error), read func(Value) (T, error)) {
	bind.Hook(r, write, read)
}

// RenameField returns a migration, for [Registry.Migrate], that renames a member of a class's state. A state that has
// the new name already is left as it is.
func RenameField(from, to string) func(Value) (Value, error) {
	return func(state Value) (Value, error) {
		if state.Kind() != KindMap {
			return state, nil
		}
		items, found := make([]Value, 0, 2*state.Len()), false
		for i := range state.Len() {
			key, value := state.Pair(i)
			if key.Kind() == KindString && key.Text() == to {
				return state, nil
			}
			if key.Kind() == KindString && key.Text() == from {
				key, found = String(to), true
			}
			items = append(items, key, value)
		}
		if !found {
			return state, nil
		}
		return Map(items...), nil
	}
}
