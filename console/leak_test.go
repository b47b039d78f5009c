package console_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/console"
)

// TestRunLeavesNothing: what a run started has ended when it returns. (The goroutine that waits for signals belongs to
// Main, and ends with the process.)
func TestRunLeavesNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for _, line := range []string{"list", "--help", "item add x", "fail panic", "nosuch", "__complete say an"} {
		var out, err bytes.Buffer
		streams := console.Streams{In: strings.NewReader(""), Out: &out, Err: &err}
		console.Run(context.Background(), demo(), append([]string{"demo"}, strings.Fields(line)...), streams)
		if out.Len()+err.Len() == 0 {
			t.Errorf("%s printed nothing", line)
		}
	}
}
