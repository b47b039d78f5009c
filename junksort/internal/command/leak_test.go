package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/junksort"
)

// A watch of several folders leaves nothing behind, and sorts what is there before it hears that it is over.
func TestWatchAllEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	var dirs []string
	for range 2 {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.jpg"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, dir)
	}
	ctx, cancel := context.WithCancel(t.Context())
	moved := make(chan struct{}, 2)
	go func() {
		for range dirs {
			<-moved
		}
		cancel()
	}()
	sum, err := watchAll(ctx, dirs, junksort.Options{}, junksort.Observer{Result: func(r junksort.Result) {
		if r.Action == junksort.Moved {
			moved <- struct{}{}
		}
	}})
	if !errors.Is(err, context.Canceled) || sum.Moved != 2 {
		t.Errorf("moved %d files: %v", sum.Moved, err)
	}
}
