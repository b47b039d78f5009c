//go:build unix

package listener

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

// TestNotifierEnds has a desktop that never answers: what was to be shown on it ends with the chat.
func TestNotifierEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "notify-send"), []byte("#!/bin/sh\nexec sleep 600\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	t.Setenv("DISPLAY", ":1")
	ctx, cancel := context.WithCancel(t.Context())
	n := NewNotifier(ctx)
	for range 2 * cap(n.free) {
		n.Show("from", "text")
	}
	cancel()
	n.running.Wait()
}

// TestWatchOutputEnds cancels a listener whose reader goes. A watch that was stopped before cancels nothing: goleak
// does not see it, for a goroutine in a system call might be the runtime's.
func TestWatchOutputEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	reader, output, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	before, cancelBefore := context.WithCancelCause(t.Context())
	defer cancelBefore(nil)
	watchOutput(output, cancelBefore)()
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := watchOutput(output, cancel)
	reader.Close()
	<-ctx.Done()
	stop()
	if cause := context.Cause(ctx); !errors.Is(cause, errUnread) {
		t.Errorf("it ends because of %v", cause)
	}
	if cause := context.Cause(before); cause != nil {
		t.Errorf("a watch that is over ends a listener: %v", cause)
	}
}
