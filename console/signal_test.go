package console

import (
	"context"
	"os"
	"syscall"
	"testing"
)

// SIGINT that comes when a part has just ended is not for the whole work; it stops nothing, not even the next part.
func TestNoMomentBetweenParts(t *testing.T) {
	whole, cancel := context.WithCancelCause(context.Background())
	s := &signals{cancel: cancel}
	parts := InParts(context.WithValue(whole, signalsKey{}, s))
	s.handle(signalError{os.Interrupt}) // before the first part
	for range 2 {
		part := parts.Next()
		if part.Err() != nil {
			t.Error("a part begins stopped")
		}
		s.handle(signalError{os.Interrupt})
		if part.Err() == nil {
			t.Error("SIGINT does not stop the part")
		}
	}
	if whole.Err() != nil {
		t.Error("SIGINT stopped the whole work")
	}
	part := parts.Next()
	parts.End()
	if part.Err() == nil {
		t.Error("the last part did not end")
	}
	s.handle(signalError{os.Interrupt})
	if Signal(whole) != os.Interrupt {
		t.Error("SIGINT after the last part stops nothing")
	}
}

// SIGTERM is for all of the work.
func TestTerminationEndsAllParts(t *testing.T) {
	whole, cancel := context.WithCancelCause(context.Background())
	s := &signals{cancel: cancel}
	part := InParts(context.WithValue(whole, signalsKey{}, s)).Next()
	s.handle(signalError{syscall.SIGTERM})
	if Signal(part) != syscall.SIGTERM {
		t.Errorf("the part ended by %v", context.Cause(part))
	}
}
