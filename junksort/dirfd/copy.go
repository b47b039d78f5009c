package dirfd

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrDiffers reports a copy whose content, read again, is not what was written.
var ErrDiffers = errors.New("the copy differs from the original")

// CopyContent copies the content of from into the empty file to, holes as holes, waits until it is on the disk, reads
// it back and compares the hashes. It ends early when ctx is cancelled.
func CopyContent(ctx context.Context, from, to *os.File) error {
	info, err := from.Stat()
	if err != nil {
		return err
	}
	if err := to.Truncate(info.Size()); err != nil {
		return err
	}
	written, err := copyData(ctx, from, to, info.Size())
	if err != nil {
		return err
	}
	if err := to.Sync(); err != nil {
		return err
	}
	dropCache(to)
	read, err := hashData(ctx, to, info.Size())
	if err != nil {
		return err
	}
	if written != read {
		return ErrDiffers
	}
	return nil
}

type hash [sha256.Size]byte

// copyData copies the pieces of from that hold data, and returns the hash of the whole content.
func copyData(ctx context.Context, from, to *os.File, size int64) (hash, error) {
	sum := sha256.New()
	buffer := make([]byte, 256<<10)
	for at := int64(0); at < size; {
		start, end := nextData(from, at, size)
		if err := hashZeros(ctx, sum, start-at); err != nil {
			return hash{}, err
		}
		for at = start; at < end; {
			if err := ctx.Err(); err != nil {
				return hash{}, err
			}
			n, err := from.ReadAt(buffer[:min(int64(len(buffer)), end-at)], at)
			if n == 0 {
				return hash{}, fmt.Errorf("the file became shorter: %w", errors.Join(err, io.ErrUnexpectedEOF))
			}
			sum.Write(buffer[:n])
			if _, err := to.WriteAt(buffer[:n], at); err != nil {
				return hash{}, err
			}
			at += int64(n)
		}
	}
	return hash(sum.Sum(nil)), nil
}

// hashZeros hashes a hole.
func hashZeros(ctx context.Context, sum io.Writer, n int64) error {
	zeros := make([]byte, min(n, 64<<10))
	for n > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		k, err := sum.Write(zeros[:min(n, int64(len(zeros)))])
		if err != nil {
			return err
		}
		n -= int64(k)
	}
	return nil
}

// hashData hashes a file as it is read.
func hashData(ctx context.Context, file *os.File, size int64) (hash, error) {
	sum := sha256.New()
	buffer := make([]byte, 256<<10)
	for at := int64(0); at < size; {
		if err := ctx.Err(); err != nil {
			return hash{}, err
		}
		n, err := file.ReadAt(buffer[:min(int64(len(buffer)), size-at)], at)
		if n == 0 {
			return hash{}, errors.Join(err, io.ErrUnexpectedEOF)
		}
		sum.Write(buffer[:n])
		at += int64(n)
	}
	return hash(sum.Sum(nil)), nil
}
