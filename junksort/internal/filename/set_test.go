package filename_test

import (
	"strconv"
	"testing"

	"github.com/pythonweb/goweb/junksort/internal/filename"
)

// A name is new once in each destination, however often the set has grown.
func TestSet(t *testing.T) {
	s := filename.NewSet()
	for round, want := range []bool{true, false} {
		for i := range 100_000 {
			name := strconv.AppendInt(nil, int64(i/2), 10)
			if got := s.Add(uint32(i%2), name); got != want {
				t.Fatalf("round %d: Add(%d, %s) = %v", round, i%2, name, got)
			}
		}
	}
}
