package compute_test

import (
	"bytes"
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/storage/internal/compute"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Without a store a command is run every time, and its output and code are passed on.
func TestRunWithoutStore(t *testing.T) {
	for range 2 {
		var out, errs bytes.Buffer
		outcome, err := compute.Run(t.Context(), memo.None{}, compute.Call{
			Options: memo.Options{Capacity: 1}, Command: []string{"sh", "-c", "echo out; echo err >&2; exit 3"},
			Surroundings: memo.Here(), Streams: memo.Streams{In: &bytes.Buffer{}, Out: &out, Err: &errs},
			Uncached: "it is not to be",
		})
		if err != nil || outcome.Code != 3 || outcome.Why != "it is not to be" {
			t.Errorf("%+v, %v", outcome, err)
		}
		if out.String() != "out\n" || errs.String() != "err\n" {
			t.Errorf("%q and %q", &out, &errs)
		}
	}
}
