// Package chain makes Lucas chains: programs of differential additions and doublings that multiply a point of a
// Montgomery curve by a number (P. L. Montgomery, "Evaluating recurrences of form X(m+n) = f(X(m), X(n), X(m-n)) via
// Lucas chains", 1983/1992, algorithm PRAC).
package chain

import (
	"math"
	"slices"
)

// Registers is how many points an interpreter holds.
const Registers = 8

// A Step is one point operation on registers. If Double, Dst = 2*P;
// otherwise Dst = P + Q, where P - Q = ±Diff. Dst is none of the operands.
type Step struct {
	Dst, P, Q, Diff uint8
	Double          bool
}

// A Program takes its point from register 0 and leaves the multiple in Result.
type Program struct {
	Steps  []Step
	Result uint8
}

// doublingCost and additionCost count multiplications in the field.
const (
	doublingCost = 5
	additionCost = 6
)

// ratios are the quotients that PRAC starts from: the golden ratio and its neighbours in the continued fraction's
// sense.
var ratios = [...]float64{
	1.61803398874989485, 1.38196601125010515, 1.72360679774997897, 1.58017872829546410,
	1.63283980608870629, 1.61242994950949500, 1.62018198080741576, 1.61721461653440386,
	1.38051877126220340, 1.41802324149999999,
}

// Multiply returns a cheap program for the product of the factors, which are odd primes or small odd products with a
// short chain.
func Multiply(powerOfTwo int, factors ...uint64) Program {
	var b builder
	for range powerOfTwo {
		b.double(nameA, nameA)
	}
	for _, f := range factors {
		if f > 1 {
			b.multiply(f)
		}
	}
	return Program{b.steps, b.at[nameA]}
}

// Cost is the number of field multiplications of a run.
func (p Program) Cost() int {
	cost := 0
	for _, s := range p.Steps {
		if s.Double {
			cost += doublingCost
		} else {
			cost += additionCost
		}
	}
	return cost
}

// The points that the algorithm names. A name stands for a register.
const (
	nameA = iota
	nameB
	nameC
	nameT
	nameU
	names
)

type builder struct {
	at    [names]uint8
	steps []Step
}

func (b *builder) swap(p, q int) { b.at[p], b.at[q] = b.at[q], b.at[p] }

// fresh gives the name a register that no name stands for, so that a step never
// overwrites one of its operands and two names may share a point.
func (b *builder) fresh(name int) {
	var used [Registers]bool
	for _, r := range b.at {
		used[r] = true
	}
	r := uint8(0)
	for used[r] {
		r++
	}
	b.at[name] = r
}

func (b *builder) add(dst, p, q, diff int) {
	s := Step{P: b.at[p], Q: b.at[q], Diff: b.at[diff]}
	b.fresh(dst)
	s.Dst = b.at[dst]
	b.steps = append(b.steps, s)
}

func (b *builder) double(dst, p int) {
	s := Step{P: b.at[p], Double: true}
	b.fresh(dst)
	s.Dst = b.at[dst]
	b.steps = append(b.steps, s)
}

// multiply appends the cheapest of the chains for odd n > 1.
func (b *builder) multiply(n uint64) {
	best, bestCost := uint64(0), math.MaxInt
	tried := make([]uint64, 0, 3*len(ratios)) // small numbers have few beginnings
	for _, ratio := range ratios {
		r := uint64(float64(n)/ratio + 0.5)
		for _, r := range [...]uint64{r - 1, r, r + 1} {
			if slices.Contains(tried, r) {
				continue
			}
			tried = append(tried, r)
			if cost := cost(n, r); cost < bestCost {
				best, bestCost = r, cost
			}
		}
	}
	b.prac(n, best)
}

// cost is what the chain of n with the first quotient n/r costs.
func cost(n, r uint64) int {
	if r >= n || 2*r <= n || gcd(n, r) != 1 {
		return math.MaxInt
	}
	b := builder{steps: make([]Step, 0, 128)}
	b.prac(n, r)
	return Program{Steps: b.steps}.Cost()
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// prac follows table 4 of Montgomery's paper: the multiple is dA + eB, and
// C = A - B.
func (b *builder) prac(n, r uint64) {
	if n == 3 {
		b.double(nameB, nameA)
		b.add(nameA, nameB, nameA, nameA)
		return
	}
	d, e := n-r, 2*r-n
	b.at[nameB], b.at[nameC] = b.at[nameA], b.at[nameA]
	b.double(nameA, nameA)
	for d != e {
		if d < e {
			d, e = e, d
			b.swap(nameA, nameB)
		}
		d, e = b.reduce(d, e)
	}
	b.add(nameA, nameA, nameB, nameC)
}

// reduce applies the first rule whose condition holds for d > e.
func (b *builder) reduce(d, e uint64) (uint64, uint64) {
	const A, B, C, T, U = nameA, nameB, nameC, nameT, nameU
	switch {
	case d-e <= e/4 && (d+e)%3 == 0:
		d, e = (2*d-e)/3, (2*e-d)/3
		b.add(T, A, B, C)
		b.add(U, T, A, B)
		b.add(B, B, T, A)
		b.swap(A, U)
	case d-e <= e/4 && (d-e)%6 == 0:
		d = (d - e) / 2
		b.add(B, A, B, C)
		b.double(A, A)
	case (d+3)/4 <= e:
		d -= e
		b.add(T, B, A, C)
		b.at[B], b.at[T], b.at[C] = b.at[T], b.at[C], b.at[B]
	case (d+e)%2 == 0:
		d = (d - e) / 2
		b.add(B, B, A, C)
		b.double(A, A)
	case d%2 == 0:
		d /= 2
		b.add(C, C, A, B)
		b.double(A, A)
	case d%3 == 0:
		d = d/3 - e
		b.double(T, A)
		b.add(U, A, B, C)
		b.add(A, T, A, A)
		b.add(T, T, U, C)
		b.at[C], b.at[B], b.at[T] = b.at[B], b.at[T], b.at[C]
	case (d+e)%3 == 0:
		d = (d - 2*e) / 3
		b.add(T, A, B, C)
		b.add(B, T, A, B)
		b.double(T, A)
		b.add(A, A, T, A)
	case (d-e)%3 == 0:
		d = (d - e) / 3
		b.add(T, A, B, C)
		b.add(C, C, A, B)
		b.swap(B, T)
		b.double(T, A)
		b.add(A, A, T, A)
	default:
		e /= 2
		b.add(C, C, B, A)
		b.double(B, B)
	}
	return d, e
}
