// Package engine says what an engine has to do: it walks the tree, lets the planner name the files and hands the
// batches to the sink, first written, then moved, in the planner's order. Whichever engine does it, the tree and the
// journal are the same at the end.
package engine

import (
	"context"

	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/plan"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// An Engine carries out a job.
type Engine func(context.Context, *Job) error

// Job is what an engine has to do.
type Job struct {
	survey.Rules
	Tree     *tree.Tree
	Planner  *plan.Planner
	Sink     Sink
	Reporter *report.Reporter
}

// Sink takes the planned moves. Write comes before Move, for every batch, and neither is called twice at a time.
type Sink interface {
	Write(b *order.Batch) error
	Move(ctx context.Context, b *order.Batch) error
}

// Send sends a value unless the context ends first.
func Send[T any](ctx context.Context, to chan<- T, value T) error {
	select {
	case to <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Receive receives a value unless the context ends first.
func Receive[T any](ctx context.Context, from <-chan T) (T, error) {
	select {
	case value := <-from:
		return value, nil
	case <-ctx.Done():
		var zero T
		return zero, ctx.Err()
	}
}
