package firstgc

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// The first collection is put off, and those after it are as usual; what a person has set stays.
func TestPutOff(t *testing.T) {
	usual := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(usual) })
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		if putOff(func(asked string) string { return map[string]string{name: "50"}[asked] }) || percent() != 100 {
			t.Errorf("with %s set the percentage is %d", name, percent())
		}
	}
	if !putOff(func(string) string { return "" }) || percent() != atStart {
		t.Fatalf("at the start the percentage is %d", percent())
	}
	for percent() == atStart { // the cleanup runs in a goroutine of its own
		runtime.GC()
		runtime.Gosched()
	}
	if percent() != 100 {
		t.Errorf("after a collection the percentage is %d", percent())
	}
}

// percent returns what is set.
func percent() int {
	now := debug.SetGCPercent(-1)
	debug.SetGCPercent(now)
	return now
}
