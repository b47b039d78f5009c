package command

import (
	"testing"
	"time"
)

// What is said to be left is at most a fifth away from what is.
func TestLeft(t *testing.T) {
	for _, test := range []struct {
		elapsed time.Duration
		done    float64
		want    string
	}{
		{time.Second, 0.5, ""},
		{time.Minute, 0, ""},
		{time.Minute, 0.5, ", 60 s left"},
		{100 * time.Second, 0.457, ", 119 s left"},
		{time.Minute, 0.286, ", 2 min left"},
		{10 * time.Minute, 0.8, ", 2 min left"},
		{10 * time.Minute, 0.79, ", 3 min left"},
		{time.Hour, 0.5, ", 60 min left"},
		{time.Hour, 0.257, ", 3 h left"},
		{time.Hour, 0.001, ", days left"},
	} {
		begun := time.Unix(1e9, 0)
		w := work{begun: begun}
		if got := w.left(begun.Add(test.elapsed), test.done); got != test.want {
			t.Errorf("%v for %v: %q, not %q", test.elapsed, test.done, got, test.want)
		}
	}
	resumed := work{begun: time.Unix(1e9, 0), from: 0.5}
	if got := resumed.left(time.Unix(1e9+60, 0), 0.75); got != ", 60 s left" {
		t.Errorf("resumed: %q", got)
	}
}
