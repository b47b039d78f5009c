// Package trial divides large numbers by all small primes.
package trial

import (
	"math/big"
	"math/bits"
	"sync"
)

// Bound is what every prime factor of a rest exceeds.
const Bound = 1 << 12

// longBound is the bound for numbers of more than longBits bits, for which every other
// method costs more.
const (
	longBound = 1 << 16
	longBits  = 512
)

// A Power is a prime and how often it divides.
type Power struct {
	Prime    uint32
	Exponent int
}

// A group is consecutive primes whose product fits into a word: one division of a long
// number serves them all.
type group struct {
	product uint64
	primes  []uint32
}

var (
	groups     = sync.OnceValue(func() []group { return newGroups(3, Bound) })
	longGroups = sync.OnceValue(func() []group { return newGroups(Bound, longBound) })
)

func newGroups(from, to int) []group {
	composite := make([]bool, to)
	all := []group{{product: 1}}
	for p := 2; p < to; p++ {
		if composite[p] {
			continue
		}
		for q := p * p; q < to; q += p {
			composite[q] = true
		}
		if p < from {
			continue
		}
		last := &all[len(all)-1]
		hi, product := bits.Mul64(last.product, uint64(p))
		if hi != 0 {
			all = append(all, group{product: 1})
			last = &all[len(all)-1]
			product = uint64(p)
		}
		last.product = product
		last.primes = append(last.primes, uint32(p))
	}
	return all
}

// Divide returns the small primes that divide n > 0, ascending, and what they leave of it. n is
// not changed.
func Divide(n *big.Int) ([]Power, *big.Int) {
	var found []Power
	rest := new(big.Int).Set(n)
	if twos := int(n.TrailingZeroBits()); twos > 0 {
		found = append(found, Power{2, twos})
		rest.Rsh(rest, uint(twos))
	}
	found, rest = divideGroups(found, rest, groups())
	if rest.BitLen() > longBits {
		found, rest = divideGroups(found, rest, longGroups())
	}
	return found, rest
}

func divideGroups(found []Power, n *big.Int, groups []group) ([]Power, *big.Int) {
	words := n.Bits() // of the undivided number: a divisor of it stays one
	for i := range groups {
		r := remainder(words, groups[i].product)
		for _, p := range groups[i].primes {
			if r%uint64(p) == 0 {
				var e int
				n, e = removePower(n, p)
				found = append(found, Power{p, e})
			}
		}
	}
	return found, n
}

func remainder(words []big.Word, m uint64) uint64 {
	var r uint64
	for i := len(words) - 1; i >= 0; i-- {
		_, r = bits.Div64(r, uint64(words[i]), m)
	}
	return r
}

// removePower divides n by p as often as it can, with few divisions by squaring p.
func removePower(n *big.Int, p uint32) (*big.Int, int) {
	powers := []*big.Int{new(big.Int).SetUint64(uint64(p))}
	exponent := 0
	r := new(big.Int)
	for {
		last := powers[len(powers)-1]
		q := new(big.Int)
		q.QuoRem(n, last, r)
		if r.Sign() != 0 {
			break
		}
		n = q
		exponent += 1 << (len(powers) - 1)
		powers = append(powers, new(big.Int).Mul(last, last))
	}
	for i := len(powers) - 2; i >= 0; i-- {
		q := new(big.Int)
		if q.QuoRem(n, powers[i], r); r.Sign() == 0 {
			n = q
			exponent += 1 << i
		}
	}
	return n, exponent
}
