package chain

// A Plan is the work per elliptic curve: the first stage multiplies by all prime powers up to B1, the second finds one
// further prime up to B2.
type Plan struct {
	B1, B2 int
	Stage1 Program
	Giants int
	// Pairs lists, giant step by giant step, how many and which of the baby steps differ from it or add up with it to a
	// prime.
	Pairs []uint8
}

// The baby steps are the numbers below Wheel/2 that are coprime to the wheel, and the
// giant steps are the wheel's multiples: every prime above 7 is the sum or the difference
// of one of each.
const (
	Wheel     = 210
	BabySteps = 24
)

// Babies are the baby steps.
func Babies() [BabySteps]int {
	return [BabySteps]int{1, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103}
}

// NewPlan returns the plan for the bounds; B1 is at least 105.
func NewPlan(b1, b2 int) *Plan {
	composite := sieve(b2 + Wheel)
	p := &Plan{B1: b1, B2: b2}
	twos := 0
	for q := 2; q <= b1; q *= 2 {
		twos++
	}
	var primes []uint64
	for q := 3; q <= b1; q += 2 {
		if !composite[q] {
			for r := q; r <= b1; r *= q {
				primes = append(primes, uint64(q))
			}
		}
	}
	p.Stage1 = Multiply(twos, primes...)
	p.Giants = (b2+Wheel/2)/Wheel + 1
	wanted := func(n int) bool { return n > b1 && n <= b2 && !composite[n] }
	for g := range p.Giants {
		count := len(p.Pairs)
		p.Pairs = append(p.Pairs, 0)
		for i, baby := range Babies() {
			if wanted(g*Wheel+baby) || wanted(g*Wheel-baby) {
				p.Pairs = append(p.Pairs, uint8(i))
				p.Pairs[count]++
			}
		}
	}
	return p
}

// sieve marks the composite numbers below n.
func sieve(n int) []bool {
	composite := make([]bool, n)
	for p := 2; p*p < n; p++ {
		for q := p * p; !composite[p] && q < n; q += p {
			composite[q] = true
		}
	}
	return composite
}
