package consoletest_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/console/consoletest"
)

// TestTerminalLeavesNothing: nothing reads the terminal of a program that has ended.
func TestTerminalLeavesNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s := consoletest.Terminal(t, nil, "true")
	if code := s.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
