package protocol_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// slow is a Redis to which a result is on its way until the lease has been renewed twice.
type slow struct{ renewed chan struct{} }

func (s slow) Do(ctx context.Context, sc script.Script, _ []string, _ ...any) (any, error) {
	switch all := script.All(); sc.Digest {
	case all.Load.Digest:
		return []any{"lease", "1:token", int64(0), int64(0), int64(0)}, nil
	case all.Renew.Digest:
		select {
		case s.renewed <- struct{}{}:
		default:
		}
	case all.Store.Digest:
		for range 2 {
			select {
			case <-s.renewed:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		return []any{int64(1), int64(0)}, nil
	}
	return int64(1), nil
}

func (slow) Value(context.Context, string, string) ([]byte, error) { return nil, nil }

// A lease lives on while its result is being sent.
func TestRenewedWhileStored(t *testing.T) {
	defer goleak.VerifyNone(t)
	f := &protocol.Function{
		Redis: slow{renewed: make(chan struct{})}, Keys: script.KeysOf("n", "f", "1"), Codec: new(entry.Codec),
	}
	a, err := f.Find(t.Context(), protocol.Question{
		Member: "m", Token: "t", Full: []byte("m"), Lease: 30 * time.Millisecond,
	})
	if err != nil || a.Lease == nil {
		t.Fatal(a, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if good, err := a.Lease.Store(ctx, []byte("long"), protocol.Kept{Capacity: -1}); !good || err != nil {
		t.Errorf("stored: %v, %v", good, err)
	}
}
