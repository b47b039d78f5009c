package junksort

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// hashAll hashes the files of families that have the size of another one, on all workers, and makes the holders
// members.
func hashAll(ctx context.Context, p *planner, families map[uint64]*family) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, min(p.options.Workers, 2*runtime.GOMAXPROCS(0))))
	for _, f := range families {
		sizes := map[int64]int{}
		all := append(append([]*entrant{}, f.holders...), f.rivals...)
		for _, e := range all {
			if !e.gone && e.stat.Kind() == dirfd.Regular {
				sizes[e.stat.Size]++
			}
		}
		for _, e := range all {
			if !e.gone && e.stat.Kind() == dirfd.Regular && sizes[e.stat.Size] > 1 {
				group.Go(func() error {
					e.hash = hashOf(p.handles, e)
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

// hashOf returns the SHA-256 of a file, or nothing for one that cannot be read or changes meanwhile.
func hashOf(h *handles, e *entrant) string {
	file, _, err := openEntrant(h, e)
	if err != nil {
		return ""
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return ""
	}
	return string(hash.Sum(nil))
}

// sameContent compares two files byte by byte. A file that changes meanwhile is different.
func sameContent(h *handles, a, b *entrant) (bool, error) {
	first, firstFD, err := openEntrant(h, a)
	if err != nil {
		return false, err
	}
	defer first.Close()
	second, secondFD, err := openEntrant(h, b)
	if err != nil {
		return false, err
	}
	defer second.Close()
	if same, err := sameBytes(first, second); err != nil || !same {
		return false, err
	}
	for _, look := range []struct {
		fd     int
		before dirfd.Stat
	}{{firstFD, a.stat}, {secondFD, b.stat}} {
		if s, err := dirfd.StatFD(look.fd); err != nil || !unchanged(s, look.before) {
			return false, errChanged
		}
	}
	return true, nil
}

func sameBytes(a, b io.Reader) (bool, error) {
	left, right := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(a, left)
		m, otherErr := io.ReadFull(b, right)
		if !bytes.Equal(left[:n], right[:m]) {
			return false, nil
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return otherErr == err, nil
		}
		if err != nil {
			return false, err
		}
		if otherErr != nil {
			return false, otherErr
		}
	}
}

// halfOf reports whether a file is an unfinished copy of another one: each of its bytes is the original's or zero.
func halfOf(from dirfd.FD, name string, to dirfd.FD, double string) (bool, error) {
	original, err := from.OpenRegular(name)
	if err != nil {
		return false, err
	}
	defer original.Close()
	copied, err := to.OpenRegular(double)
	if err != nil {
		return false, err
	}
	defer copied.Close()
	left, right := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(copied, right)
		m, otherErr := io.ReadFull(original, left)
		if otherErr != nil && otherErr != io.EOF && otherErr != io.ErrUnexpectedEOF {
			return false, otherErr
		}
		if n > m {
			return false, nil
		}
		for i, b := range right[:n] {
			if b != 0 && b != left[i] {
				return false, nil
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}
