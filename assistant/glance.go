package assistant

import (
	"context"
	"sync"
)

// A Glance is the point in time of an answer that reads several things and changes none: a store may return all of them
// as they were when it was first asked, instead of checking each time whether something has changed since.
type Glance struct {
	once   sync.Once
	moment any
}

// Moment returns what a store knows about that point in time: what look returns, which is called only the first time.
func (g *Glance) Moment(look func() any) any {
	g.once.Do(func() { g.moment = look() })
	return g.moment
}

type glanceKey struct{}

// WithGlance returns a context in which everything is read at a glance.
func WithGlance(ctx context.Context) context.Context {
	return context.WithValue(ctx, glanceKey{}, new(Glance))
}

// GlanceOf returns the glance of a context, or nil.
func GlanceOf(ctx context.Context) *Glance {
	g, _ := ctx.Value(glanceKey{}).(*Glance)
	return g
}
