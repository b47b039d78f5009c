package lru

import (
	"math/rand/v2"
	"testing"
)

// A table holds what a map holds, also where all keys meet in few chains.
func TestTable(t *testing.T) {
	for _, mask := range []uint64{0, 7, ^uint64(0)} {
		var nodes table[int]
		model := map[key]*node[int]{}
		random := rand.New(rand.NewPCG(mask, 1))
		for range 20_000 {
			n := random.Uint64N(300)
			k := key{hash: n & mask, text: string(rune('a' + n))}
			if got, want := nodes.get(k), model[k]; got != want {
				t.Fatalf("get %v: %p, want %p", k, got, want)
			}
			switch {
			case random.IntN(3) == 0:
				if got, want := nodes.remove(k), model[k]; got != want {
					t.Fatalf("remove %v: %p, want %p", k, got, want)
				}
				delete(model, k)
			case model[k] == nil:
				model[k] = &node[int]{key: k}
				nodes.add(model[k])
			}
			if nodes.size != len(model) {
				t.Fatalf("size %d, want %d", nodes.size, len(model))
			}
		}
	}
}
