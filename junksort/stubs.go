package junksort

import (
	"context"
	"errors"
	"io"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

type copies struct{}

func newCopies() *copies { return &copies{} }

func (c *committer) copyAll(ctx context.Context, list []*move) error { return errors.New("not yet") }

func (u *undoer) copyBack(ctx context.Context, s *step) error { return nil }
func (u *undoer) packUp(s *step) error                        { return nil }

func (h *history) recoverCopies(ctx context.Context, s *session) error { return nil }

type contest struct{}

func newContest() *contest { return &contest{} }

func (c *contest) enter(p *planner, f *folder, e entry, t *target, wanted dirfd.Name) error {
	return nil
}
func (c *contest) settle(ctx context.Context, p *planner) error { return nil }

func (p *planner) transliterated(n dirfd.Name) dirfd.Name { return nil }
func (l *lister) renames(n []byte) bool                   { return false }

func WritePlan(ctx context.Context, dir string, o Options, w io.Writer) (Summary, error) {
	return Summary{}, errors.New("not yet")
}

func Apply(ctx context.Context, r io.Reader, o Observer) (Summary, error) {
	return Summary{}, errors.New("not yet")
}

func Watch(ctx context.Context, dir string, o Options, ob Observer) (Summary, error) {
	return Summary{}, errors.New("not yet")
}
