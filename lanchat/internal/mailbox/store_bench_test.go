package mailbox_test

import (
	"bytes"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

func BenchmarkStore(b *testing.B) {
	box := fresh(b)
	body := bytes.Repeat([]byte("x"), 68)
	free := make(chan struct{}, 512)
	var wg sync.WaitGroup
	for range b.N {
		free <- struct{}{}
		wg.Add(1)
		m := &lanchat.Message{
			ID: lanchat.NewID(), Body: body, Received: time.Now(), Remote: netip.MustParseAddrPort("127.0.0.1:45678"),
		}
		box.Store(m, func(bool, error) { <-free; wg.Done() })
	}
	wg.Wait()
}
