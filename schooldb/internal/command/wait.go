package command

import (
	"time"

	"github.com/pythonweb/goweb/console"
)

// patiently runs what takes a moment unless another program is writing to the database; after a while it says that it
// is waiting for that.
func patiently(t *console.Terminal, do func() error) error {
	done, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		select {
		case <-done:
		case <-time.After(time.Second):
			t.Notef("waiting for another program that is writing to the database (Ctrl-C gives up)")
		}
	}()
	err := do()
	close(done)
	<-told
	return err
}
