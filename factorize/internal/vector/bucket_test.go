package vector

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestBuckets fills buckets of random zeros, in assembly and in plain Go, and compares both with arithmetic.
func TestBuckets(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for round := range 60 {
		blocks := 1 + r.IntN(4)
		length := uint32(blocks << BlockBits)
		size := r.IntN(1500)
		index := r.IntN(1<<17 - size)
		var primes, delta, first, second []uint32
		for range size {
			p := BlockSize + 1 + r.Uint32N(1<<(10+uint(round%12)))
			primes, delta = append(primes, p), append(delta, r.Uint32N(p))
			first, second = append(first, r.Uint32N(p)), append(second, r.Uint32N(p))
		}
		cut := r.IntN(size + 1) // the end of a class
		positive := r.IntN(2) == 0
		a, b := slices.Clone(first), slices.Clone(second)
		got, plain := NewBuckets(blocks), NewBuckets(blocks)
		for _, part := range [][2]int{{0, cut}, {cut, size}} {
			from, to := part[0], part[1]
			log := uint8(15 + from%3)
			got.Fill(a[from:to], b[from:to], delta[from:to], primes[from:to], positive, index+from, log)
			plain.reserve(2 * size)
			plain.plainMove(first[from:to], second[from:to], delta[from:to], primes[from:to], positive, 0)
			plain.plainFill(first[from:to], second[from:to], primes[from:to], 0, index+from)
			plain.close(log)
		}
		want := make([]uint8, length)
		hits := make([][]uint32, length)
		for i, p := range primes {
			log := uint8(15)
			if i >= cut {
				log += uint8(cut % 3)
			}
			if a[i] != first[i] || b[i] != second[i] {
				t.Fatalf("zeros %d %d, plain %d %d", a[i], b[i], first[i], second[i])
			}
			for _, zero := range []uint32{first[i], second[i]} {
				for z := zero; z < length; z += p {
					want[z] += log
					hits[z] = append(hits[z], uint32(index+i))
				}
			}
		}
		for k := range blocks {
			var block, twin [BlockSize]uint8
			got.AddLogs(&block, k)
			plain.AddLogs(&twin, k)
			if want := want[k<<BlockBits:][:BlockSize]; !slices.Equal(block[:], want) || !slices.Equal(twin[:], want) {
				t.Fatalf("block %d of %d, %d primes: other sums", k, blocks, size)
			}
			for place := uint32(0); place < BlockSize; place += 1 + r.Uint32N(500) {
				found, same := got.AppendHits(nil, k, place), plain.AppendHits(nil, k, place)
				slices.Sort(found)
				slices.Sort(same)
				if want := hits[k<<BlockBits+int(place)]; !slices.Equal(found, want) || !slices.Equal(same, want) {
					t.Fatalf("place %d of block %d: %v, plain %v, want %v", place, k, found, same, want)
				}
			}
		}
	}
}
