package plan

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// hashAll hashes, on all workers, the files of families whose size another file has too, and makes the holders members.
func hashAll(ctx context.Context, p *Planner, families map[uint64]*family) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, min(p.Workers, 2*runtime.GOMAXPROCS(0))))
	for _, f := range families {
		sizes := map[int64]int{}
		all := append(append([]*entrant{}, f.holders...), f.rivals...)
		for _, e := range all {
			if !e.gone && e.Stat.Kind() == dirfd.Regular {
				sizes[e.Stat.Size]++
			}
		}
		for _, e := range all {
			if !e.gone && e.Stat.Kind() == dirfd.Regular && sizes[e.Stat.Size] > 1 {
				group.Go(func() error {
					e.hash = tree.HashOf(p.Handles, e.File)
					return ctx.Err()
				})
			}
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, f := range families {
		for _, h := range f.holders {
			f.join(h)
		}
	}
	return nil
}
