package serializer

import "github.com/pythonweb/goweb/serializer/internal/bind"

// Register makes T a class and returns its number: 0 for the first class of the program, 1 for the second and so on.
// Registering a type again under its name gives the same number; T and *T are one class. It is an error if the name or
// the type is taken, and for interfaces, types without a name, and an empty name. It is safe for concurrent use.
//
// A value of T in an interface is written with the name and comes back as it was registered, T or *T, or as the one of
// the two that the interface allows. Files carry names only: numbers follow the order of a program's initialisation.
func Register[T any](name string) (int, error) { return bind.Register[T](name) }

// Number tells the class of v, which may be a pointer to an instance. It is false if v's type is not registered.
func Number(v any) (int, bool) { return bind.Number(v) }
