// Package seam lets a test stop, fail or kill a run between two steps of a path that has to be safe.
package seam

// Func lets a test stop, kill or fail a run: it is called with the name of each step of a path that has to be safe,
// just before that step. It is nil outside tests.
type Func func(step string) error

// Step returns the error that the test injects before the step name; nil outside tests.
func (s Func) Step(name string) error {
	if s == nil {
		return nil
	}
	return s(name)
}
