package curve

import (
	"math/big"
	"sync"
)

// reach is the bound of the second stage in bounds of the first.
const reach = 100

// A plan is what all curves and Lucas sequences with the same bound do.
type plan struct {
	bound    int
	exponent *big.Int // the product of all prime powers up to the bound

	// Every prime of the second stage is a giant step, a multiple of the wheel, plus or minus a baby step, a number
	// below half the wheel that is coprime to it.
	wheel  int
	babies []int
	first  int      // giant step, in wheels
	rows   []uint64 // for each giant step a bit for each baby step that makes a prime with it
	words  int      // of a row
}

// plans are those that also short numbers need.
var plans = [...]struct {
	bound int
	plan  func() *plan
}{
	{300, sync.OnceValue(func() *plan { return shortPlan(300) })},
	{2000, sync.OnceValue(func() *plan { return shortPlan(2000) })},
	{11000, sync.OnceValue(func() *plan { return shortPlan(11000) })},
}

// shortPlan is a plan that is made at once.
func shortPlan(bound int) *plan {
	p, _ := newPlan(bound, func() error { return nil })
	return p
}

// planFor returns the plan for a bound of at least 105. Making it ends with the error of ended, if that has one.
func planFor(bound int, ended func() error) (*plan, error) {
	for _, p := range plans {
		if p.bound == bound {
			return p.plan(), nil
		}
	}
	return newPlan(bound, ended)
}

func newPlan(bound int, ended func() error) (*plan, error) {
	p := &plan{bound: bound, exponent: powers(bound), wheel: 210}
	switch { // as soon as the baby steps are few compared with the giant steps
	case bound >= 120000:
		p.wheel = 30030
	case bound >= 2310/2:
		p.wheel = 2310
	}
	index := make([]int, p.wheel/2)
	for k := 1; k < p.wheel/2; k++ {
		if coprime(k, p.wheel) {
			index[k] = len(p.babies)
			p.babies = append(p.babies, k)
		}
	}
	nearest := func(n int) int { return (n + p.wheel/2) / p.wheel }
	p.first = nearest(bound + 1)
	p.words = (len(p.babies) + 63) / 64
	p.rows = make([]uint64, (nearest(reach*bound)-p.first+1)*p.words)
	g := 0
	for q := range primesFrom(bound, reach*bound) {
		if next := nearest(q); next != g {
			g = next
			if err := ended(); err != nil {
				return nil, err
			}
		}
		k := index[max(q-g*p.wheel, g*p.wheel-q)]
		p.rows[(g-p.first)*p.words+k/64] |= 1 << (k % 64)
	}
	return p, nil
}

// row returns the bits of a giant step, counted from the first.
func (p *plan) row(i int) []uint64 { return p.rows[i*p.words : (i+1)*p.words] }

// giants is how many giant steps there are.
func (p *plan) giants() int { return len(p.rows) / p.words }

// powers returns the product of all prime powers up to the bound.
func powers(bound int) *big.Int {
	var factors []*big.Int
	for p := range primesFrom(1, bound) {
		power := p
		for power <= bound/p {
			power *= p
		}
		factors = append(factors, big.NewInt(int64(power)))
	}
	for len(factors) > 1 { // numbers of similar length with each other
		for i := range len(factors) / 2 {
			factors[i].Mul(factors[2*i], factors[2*i+1])
		}
		if len(factors)%2 != 0 {
			factors[len(factors)/2] = factors[len(factors)-1]
		}
		factors = factors[:(len(factors)+1)/2]
	}
	return factors[0]
}

func coprime(a, b int) bool {
	for b != 0 {
		a, b = b, a%b
	}
	return a == 1
}
