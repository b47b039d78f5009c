//go:build unix

package command

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
	n := newNotifier(ctx)
	for range 2 * cap(n.free) {
		n.show("from", "text")
	}
	cancel()
	n.running.Wait()
}

// TestWatchOutputEnds cancels a listener whose reader goes, and leaves nothing behind whether it goes or stays.
func TestWatchOutputEnds(t *testing.T) {
	for name, goes := range map[string]bool{"goes": true, "stays": false} {
		t.Run(name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			reader, output, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			defer output.Close()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			stop := watchOutput(output, cancel)
			if goes {
				reader.Close()
				<-ctx.Done()
			}
			stop()
			if cause := context.Cause(ctx); goes != errors.Is(cause, errUnread) {
				t.Errorf("it ends because of %v", cause)
			}
		})
	}
}
