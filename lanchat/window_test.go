package lanchat_test

import (
	"context"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

// counted is content of zeros that counts how much of it was read.
type counted struct {
	size int64
	read atomic.Int64
}

func (c *counted) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.TeeReader(io.LimitReader(zeros{}, c.size), c)), nil
}

func (c *counted) Write(b []byte) (int, error) {
	c.read.Add(int64(len(b)))
	return len(b), nil
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// deposit takes one file, and calls before with how much is written before it writes more.
type deposit struct {
	written int64
	before  func(written int64)
}

func (d *deposit) Open(context.Context, lanchat.Offer) (lanchat.Deposit, error) { return d, nil }
func (d *deposit) Stored() *lanchat.Message                                     { return nil }
func (d *deposit) Size() int64                                                  { return 0 }
func (d *deposit) Begin() (io.Reader, error)                                    { return nil, io.EOF }
func (d *deposit) Restart() error                                               { return nil }
func (d *deposit) Close() error                                                 { return nil }

func (d *deposit) Write(b []byte) (int, error) {
	d.before(d.written)
	d.written += int64(len(b))
	return len(b), nil
}

func (d *deposit) Commit(context.Context, [32]byte) (*lanchat.Message, error) {
	return &lanchat.Message{ID: lanchat.NewID()}, nil
}

// TestWindow has a receiver that is slow at first: its sender is never more than a megabyte ahead of what is written,
// which is what a cut may cost.
func TestWindow(t *testing.T) {
	const window = 1 << 20
	content := &counted{size: 16 << 20}
	d := &deposit{before: func(written int64) {
		// A sender that does not wait is far ahead within this time; one that waits passes whatever it is.
		for slow := time.After(300 * time.Millisecond); written == 0 && content.read.Load() <= window; {
			select {
			case <-slow:
				return
			default:
			}
		}
		if ahead := content.read.Load() - written; ahead > window {
			t.Errorf("with %d bytes written the sender is %d ahead", written, ahead)
		}
	}}
	s := start(t, func(server *lanchat.Server) { server.Depot = d })
	offer := lanchat.Offer{ID: lanchat.NewID(), Sequence: 1, Name: "zeros", Size: content.size}
	to := lanchat.Route{Address: s.address}
	if _, err := client(t).SendFile(t.Context(), to, offer, content, time.Minute, nil); err != nil {
		t.Fatal(err)
	}
	if d.written != content.size {
		t.Errorf("%d bytes are written of %d", d.written, content.size)
	}
}
