package listener

import (
	"runtime/debug"
	"testing"
)

// TestCollector has the garbage collector run often while files arrive, and rarely when the last one is there.
func TestCollector(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	want := func(when string, percent int) {
		t.Helper()
		if got := debug.SetGCPercent(percent); got != percent {
			t.Errorf("%s: %d %%, want %d", when, got, percent)
		}
	}
	c := CollectRarely()
	want("no file", percentOfTexts)
	first, second := c.File(), c.File()
	want("two files", percentOfFiles)
	first()
	want("one file", percentOfFiles)
	second()
	want("no file any more", percentOfTexts)
}
