package opcode

import (
	"math/rand/v2"
	"testing"
)

// TestMemo compares a memo with a map, with gaps that close.
func TestMemo(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var m Memo[int]
		want := map[uint64]int{}
		for i := range 60 {
			at := random.Uint64N(40)
			if i%2 == 0 {
				at = uint64(m.Len()) // as MEMOIZE has it
			}
			m.Put(at, i)
			want[at] = i
			if m.Len() != len(want) {
				t.Fatalf("%d places, want %d", m.Len(), len(want))
			}
			for at := range uint64(100) {
				got, ok := m.Get(at)
				if x, there := want[at]; ok != there || got != x {
					t.Fatalf("at %d: %d, %v, want %d, %v", at, got, ok, x, there)
				}
			}
		}
	}
}
