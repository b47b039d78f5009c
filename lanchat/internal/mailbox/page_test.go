package mailbox

import (
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

// TestPage holds many short messages at once, and few long ones.
func TestPage(t *testing.T) {
	b, err := Open(t.Context(), filepath.Join(t.TempDir(), "lanchat.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for n := range 2*pageRows - 1 {
		stored := make(chan error, 1)
		b.Store(&lanchat.Message{
			ID: lanchat.NewID(), Body: []byte{byte(n)}, Received: time.UnixMicro(int64(n)),
			Remote: netip.MustParseAddrPort("127.0.0.1:1"),
		}, func(_ bool, err error) { stored <- err })
		if err := <-stored; err != nil {
			t.Fatal(err)
		}
	}
	const half = pageBytes / 2
	for size, rows := range map[int]int{1: pageRows, half: 2, half + 1: 2, pageBytes: 1, 2 * pageBytes: 1} {
		q := b.db.Reader.NewSelect().Model((*messageRow)(nil)).Order("number")
		got, err := page(t.Context(), q, func(*messageRow) int { return size })
		if err != nil || len(got) != rows {
			t.Errorf("%d messages of %d bytes, want %d (%v)", len(got), size, rows, err)
		}
	}
	all, next := 0, int64(1)
	err = b.After(t.Context(), 0, func(m *lanchat.Message) error {
		if m.Number != next {
			t.Errorf("message %d comes after %d", m.Number, next-1)
		}
		all, next = all+1, m.Number+1
		return nil
	})
	if err != nil || all != 2*pageRows-1 {
		t.Errorf("%d messages after the first (%v)", all, err)
	}
	all = 0
	if err := b.Latest(t.Context(), func(m *lanchat.Message) bool {
		next--
		if m.Number != next {
			t.Errorf("message %d, want %d", m.Number, next)
		}
		all++
		return all < pageRows+1
	}); err != nil || all != pageRows+1 {
		t.Errorf("%d messages from the last (%v)", all, err)
	}
	for at, want := range map[int64]int64{0: 0, 3: 3, 1 << 40: 2*pageRows - 1} {
		if got, err := b.Since(t.Context(), time.UnixMicro(at)); err != nil || got != want {
			t.Errorf("since %d: %d, want %d (%v)", at, got, want, err)
		}
	}
}
