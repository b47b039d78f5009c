package junksort

import (
	"context"
	"fmt"
)

// An engine walks the tree, lets the planner name the files and hands the batches to the sink: first written, then
// moved, in the planner's order. Both engines end with the same tree and the same journal.
type engine interface {
	run(ctx context.Context, j *job) error
}

// job is what an engine has to do.
type job struct {
	rules
	tree     *tree
	planner  *planner
	sink     sink
	reporter *reporter
}

// sink takes the planned moves. write comes before move, for every batch, and neither is called twice at a time.
type sink interface {
	write(b *batch) error
	move(ctx context.Context, b *batch) error
}

func engineNamed(name EngineName) engine {
	switch name {
	case Pool:
		return pool{}
	case Async:
		return async{}
	}
	panic(fmt.Sprintf("junksort: engine %q", name)) // Options.withDefaults refuses it
}
