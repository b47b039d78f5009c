package sieve

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"
)

// randomCycles are cycles of one relation or more, each with some factors, most of them small.
func randomCycles(r *rand.Rand, columns, count, factors int) []cycle {
	cycles := make([]cycle, count)
	for i := range cycles {
		for range 1 + r.IntN(2) {
			relation := new(relation)
			for range r.IntN(factors + 1) {
				relation.factors = append(relation.factors, uint32(r.IntN(r.IntN(columns)+1)))
			}
			cycles[i] = append(cycles[i], relation)
		}
	}
	return cycles
}

// An echelon is the plain elimination: rows with different leading bits.
type echelon map[int]*big.Int

// add tells whether a row is independent of those before.
func (e echelon) add(row *big.Int) bool {
	row = new(big.Int).Set(row)
	for row.Sign() != 0 {
		pivot := e[row.BitLen()]
		if pivot == nil {
			e[row.BitLen()] = row
			return true
		}
		row.Xor(row, pivot)
	}
	return false
}

// checkDependencies compares the dependencies that solve finds with what the plain elimination says: they are
// dependencies, independent of each other, and as many as the matrix has, or at least those that are promised.
func checkDependencies(t *testing.T, name string, cycles []cycle, columns int, least func(all int) int,
	solve func([]cycle, int) ([]uint64, int),
) {
	t.Helper()
	rows, rank := make([]*big.Int, len(cycles)), 0
	matrix := echelon{}
	for i, c := range cycles {
		rows[i] = new(big.Int)
		for _, r := range c {
			for _, f := range r.factors {
				rows[i].SetBit(rows[i], int(f), rows[i].Bit(int(f))^1)
			}
		}
		if matrix.add(rows[i]) {
			rank++
		}
	}
	values, count := solve(cycles, columns)
	if all := len(cycles) - rank; count > min(all, 64) || count < least(all) {
		t.Fatalf("%s, %d cycles, %d columns: %d of %d dependencies", name, len(cycles), columns, count, all)
	}
	found := echelon{}
	for k := range count {
		sum, set := new(big.Int), new(big.Int)
		for i, row := range rows {
			if values[i]>>k&1 != 0 {
				sum.Xor(sum, row)
				set.SetBit(set, i, 1)
			}
		}
		if sum.Sign() != 0 {
			t.Fatalf("%s, %d cycles, %d columns: number %d is no dependency", name, len(cycles), columns, k)
		}
		if !found.add(set) {
			t.Fatalf("%s, %d cycles, %d columns: number %d is a sum of those before", name, len(cycles), columns, k)
		}
	}
}

// checkBoth checks both ways on a random matrix.
func checkBoth(t *testing.T, r *rand.Rand, columns, count, factors int) {
	t.Helper()
	cycles := randomCycles(r, columns, count, factors)
	checkDependencies(t, "dense", cycles, columns, func(all int) int { return min(all, 64) }, solveDense)
	// Of the rows that are not needed, the sparse way drops some with their dependencies.
	checkDependencies(t, "sparse", cycles, columns, func(all int) int { return min(all, excess) },
		func(cycles []cycle, columns int) ([]uint64, int) { return newMatrix(cycles, columns).solve(r.IntN(8)) })
}

func TestDependencies(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 9))
	for _, columns := range []int{1, 2, 7, 8, 63, 64, 65, 150, 440, 512, 700, 1100} {
		for _, count := range []int{1, columns / 2, columns, columns + 30, columns + 90} {
			checkBoth(t, r, columns, max(count, 1), 1+r.IntN(20))
		}
	}
	for columns := range 130 {
		checkBoth(t, r, 1+columns, 1+r.IntN(2*columns+2), 3+r.IntN(40))
	}
}

func FuzzDependencies(f *testing.F) {
	f.Add(uint64(1), uint16(600), uint16(640), uint8(20))
	f.Add(uint64(2), uint16(130), uint16(60), uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, columns, count uint16, factors uint8) {
		r := rand.New(rand.NewPCG(seed, 14))
		checkBoth(t, r, 1+int(columns%1000), 1+int(count%1200), int(factors))
	})
}

// Both ways are taken by their size, and no more cycles than can be of use.
func TestDependenciesOfSplit(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 15))
	for _, columns := range []int{40, sparseFrom} {
		cycles := randomCycles(r, columns, columns+200, 12)
		count := 0
		for set := range dependencies(cycles, columns) {
			sum := map[uint32]int{}
			for _, i := range set {
				for _, r := range cycles[i] {
					for _, f := range r.factors {
						sum[f]++
					}
				}
			}
			for f, n := range sum {
				if n%2 != 0 {
					t.Fatalf("%d columns: %d occurs %d times", columns, f, n)
				}
			}
			if count++; len(set) == 0 {
				t.Fatalf("%d columns: an empty dependency", columns)
			}
		}
		if count < excess {
			t.Errorf("%d columns: %d dependencies", columns, count)
		}
	}
}

// BenchmarkFactor takes the time of the linear algebra, and its share of the sieve's, for products of two primes.
func BenchmarkFactor(b *testing.B) {
	r := rand.New(rand.NewPCG(6, 17))
	for _, bits := range []int{96, 128, 132, 166, 198, 232} {
		b.Run(fmt.Sprint(bits), func(b *testing.B) {
			n := new(big.Int).Mul(randomPrime(r, bits/2), randomPrime(r, bits/2))
			j := newJob(n, parametersFor(n.BitLen()))
			relations, s := newCollection(), newSiever(j)
			start := time.Now()
			for relations.count() < len(j.base.primes)+24 {
				found, ok := s.run(func() bool { return false })
				if !ok {
					b.Fatal(ErrExhausted)
				}
				relations.add(found)
			}
			sieving := time.Since(start)
			for b.Loop() {
				if j.factor(relations.cycles) == nil {
					b.Fatal("no factor")
				}
			}
			share := b.Elapsed().Seconds() / float64(b.N) / sieving.Seconds()
			b.ReportMetric(100*share, "%")
		})
	}
}
