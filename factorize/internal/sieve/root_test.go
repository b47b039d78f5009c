package sieve

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestProduct(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 16))
	for bits := 1; bits <= MaxBits; bits += 1 + r.IntN(20) {
		n := new(big.Int).Lsh(big.NewInt(1), uint(bits))
		n.Sub(n, big.NewInt(int64(r.IntN(bits+1)/2)))
		p, want := newProduct(n), big.NewInt(1)
		for range 300 {
			w := wide{r.Uint64(), r.Uint64()}
			short := r.Uint32() >> r.UintN(32)
			p.timesWord(short)
			want.Mul(want, new(big.Int).SetUint64(uint64(short)))
			switch r.IntN(8) {
			case 0, 1, 2:
				p.times(w.bigInt())
				want.Mul(want, w.bigInt())
			case 3:
				p.times(p.value())
				want.Mul(want, want)
			}
			want.Mod(want, n)
			if r.IntN(20) == 0 && p.value().Cmp(want) != 0 {
				t.Fatalf("modulo %v: %v, want %v", n, p.value(), want)
			}
			if want.Sign() == 0 {
				break
			}
		}
		if got := p.value(); got.Cmp(want) != 0 {
			t.Errorf("modulo %v: %v, want %v", n, got, want)
		}
	}
}
