package mailbox_test

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

// TestNumbersInGroups stores plain texts many at once, with frames among them, some of them for the second time: every
// message knows the number under which it lies, in the order in which they came.
func TestNumbersInGroups(t *testing.T) {
	b := fresh(t)
	remote := netip.MustParseAddrPort("192.0.2.1:4000")
	var stored []*lanchat.Message
	var running sync.WaitGroup
	for i := range 600 {
		m := &lanchat.Message{ID: lanchat.NewID(), Body: []byte(fmt.Sprint(i)), Received: time.Now(), Remote: remote}
		repeated := i%97 == 10 && i > 10
		if i%97 == 10 {
			m.Sender, m.Sequence = lanchat.Key{1}, uint64(i)
			if repeated {
				m.ID = stored[10].ID
			}
		}
		stored = append(stored, m)
		running.Add(1)
		b.Store(m, func(fresh bool, err error) {
			defer running.Done()
			if fresh == repeated || err != nil {
				t.Errorf("%d: fresh %v, %v", i, fresh, err)
			}
		})
	}
	running.Wait()
	at := map[int64]string{}
	for _, m := range all(t, b) {
		at[m.Number] = string(m.Body)
	}
	last := int64(0)
	for _, m := range stored {
		if m.Number == 0 { // it was stored before
			continue
		}
		if at[m.Number] != string(m.Body) || m.Number <= last {
			t.Errorf("%s lies at %d, where %q is, after %d", m.Body, m.Number, at[m.Number], last)
		}
		last = m.Number
	}
	if len(at) < 500 {
		t.Errorf("%d are stored", len(at))
	}
}
