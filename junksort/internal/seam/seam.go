// Package seam lets a test stop, fail or kill a run between two steps of a path that has to be safe.
package seam

// Func is where a test stops, kills or fails a run: it hears the name of each step of a path that has to be safe, just
// before the next one. It is nil outside tests.
type Func func(step string) error

// Step returns the error that the test wants before the step name; nil outside tests.
func (s Func) Step(name string) error {
	if s == nil {
		return nil
	}
	return s(name)
}
