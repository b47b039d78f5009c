package vector

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// primes are odd numbers here: nothing needs them to be prime.
func table(r *rand.Rand, size int) (t Table, first, second, delta []uint32) {
	for i := range size {
		p := uint32(3+2*i) + 2*r.Uint32N(1<<uint(1+i%29))
		t.Append(p)
		first, second = append(first, r.Uint32N(p)), append(second, r.Uint32N(p))
		delta = append(delta, r.Uint32N(p))
	}
	return t, first, second, delta
}

// TestTwins compares the loops of the processor with those in plain Go, and both with arithmetic.
func TestTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for size := range 1100 {
		all, first, second, delta := table(r, size)
		x := r.Uint32N(1 << (1 + size%20)) // also below the zeros
		for i, p := range all.Primes {
			if i%3 == 0 {
				first[i] = x % p
			} else if i%3 == 1 {
				second[i] = x % p
			}
		}
		var want []uint32
		for i, p := range all.Primes {
			if x%p == first[i] || x%p == second[i] {
				want = append(want, uint32(i))
			}
		}
		if got := all.AppendHits(nil, first, second, x); !slices.Equal(got, want) {
			t.Fatalf("size %d, hits at %v, want %v", size, got, want)
		}
		if size <= 512 {
			var masks, plain [64]uint8
			all.hits(&masks, first, second, x)
			all.plainHits(&plain, first, second, x, 0)
			if masks != plain {
				t.Fatalf("size %d, hits %v, plain %v", size, masks, plain)
			}
		}
		for name, step := range map[string]struct {
			vector func(_, _, _, _ []uint32)
			plain  func(_, _, _, _ []uint32, i int)
			one    func(z, d, p uint64) uint64
		}{
			"add": {Add, plainAdd, func(z, d, p uint64) uint64 { return (z + d) % p }},
			"sub": {Sub, plainSub, func(z, d, p uint64) uint64 { return (z + p - d) % p }},
		} {
			a, b := slices.Clone(first), slices.Clone(second)
			c, d := slices.Clone(first), slices.Clone(second)
			step.vector(a, b, delta, all.Primes)
			step.plain(c, d, delta, all.Primes, 0)
			for i, p := range all.Primes {
				x := uint32(step.one(uint64(first[i]), uint64(delta[i]), uint64(p)))
				y := uint32(step.one(uint64(second[i]), uint64(delta[i]), uint64(p)))
				if a[i] != x || b[i] != y || c[i] != x || d[i] != y {
					t.Fatalf("%s modulo %d: %d %d, plain %d %d, want %d %d", name, p, a[i], b[i], c[i], d[i], x, y)
				}
			}
		}
	}
}

func TestMarked(t *testing.T) {
	bytes := make([]uint8, 1024)
	for i := range bytes {
		bytes[i] = uint8(i % 128)
	}
	if got := Marked(bytes, 0); got != len(bytes) {
		t.Errorf("without a mark: %d, want the length", got)
	}
	for mark := range bytes {
		bytes[mark] |= 128
		for from := 0; from <= len(bytes); from += MarkedBlock {
			want := mark / MarkedBlock * MarkedBlock
			if from > mark {
				want = len(bytes)
			}
			if got, plain := Marked(bytes, from), plainMarked(bytes, from); got != want || plain != want {
				t.Fatalf("mark at %d, from %d: %d, plain %d, want %d", mark, from, got, plain, want)
			}
		}
		bytes[mark] &= 127
	}
}

func TestAddLogs(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, length := range []int{1, 5, 64, 8192, 1 << 15} {
		for range 20 {
			var primes []uint32
			var logs []uint8
			var first, second []uint32
			for p := 1 + r.Uint32N(3); p <= uint32(length); p += 1 + r.Uint32N(1+p) {
				primes, logs = append(primes, p), append(logs, uint8(r.Uint32()))
				first, second = append(first, r.Uint32N(p)), append(second, r.Uint32N(p))
			}
			const blocks = 3
			want := make([]uint8, blocks*length)
			for i, p := range primes {
				for _, zero := range []uint32{first[i], second[i]} {
					for a := int(zero); a < len(want); a += int(p) {
						want[a] += logs[i]
					}
				}
			}
			a, b := slices.Clone(first), slices.Clone(second)
			got, plain := make([]uint8, len(want)), make([]uint8, len(want))
			for start := 0; start < len(want); start += length {
				AddLogs(got[start:start+length], primes, logs, a, b)
				plainAddLogs(plain[start:start+length], primes, logs, first, second)
			}
			if !slices.Equal(got, want) || !slices.Equal(plain, want) {
				t.Fatalf("length %d, primes %v: other sums", length, primes)
			}
		}
	}
}
