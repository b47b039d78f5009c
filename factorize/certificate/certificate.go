// Package certificate checks proofs that numbers are prime. It shares no code with the search for factors: what it
// needs is implemented here a second time, with package math/big alone.
//
// A proof shows that p - 1 = FR for a product F of prime powers, and for each prime q of F a witness a with a^(p-1) = 1
// and gcd(a^((p-1)/q) - 1, p) = 1 modulo p. Then every factor of p is 1 modulo F (Pocklington 1914). If F exceeds the
// square root of p, p is prime; if F exceeds the cube root, p = rF² + sF + 1 is prime if and only if s² - 4r is not a
// square (Brillhart, Lehmer and Selfridge 1975, the paper known as BLS75). A certificate whose F is all of p - 1 is
// called Pratt's (1975).
//
// The primes q of more than 64 bits need certificates of their own.
package certificate

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// A Certificate proves that Prime is one, given that the primes of Factors are.
type Certificate struct {
	Prime   *big.Int
	Factors []Factor
}

// A Factor is a prime that divides Prime - 1, with its witness.
type Factor struct {
	Prime, Witness *big.Int
}

// Method is "Pratt" where the factors make up all of Prime - 1, else "BLS75".
func (c Certificate) Method() string {
	if f, _ := c.factored(); new(big.Int).Add(f, one()).Cmp(c.Prime) == 0 {
		return "Pratt"
	}
	return "BLS75"
}

// String is the certificate in one line: "7: prime (Pratt), n-1: 2(3) 3(3)", each prime with its witness.
func (c Certificate) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%v: prime (%s), n-1:", c.Prime, c.Method())
	for _, f := range c.Factors {
		fmt.Fprintf(&s, " %v(%v)", f.Prime, f.Witness)
	}
	return s.String()
}

// Parse reads what String writes.
func Parse(line string) (Certificate, error) {
	var c Certificate
	head, list, ok := strings.Cut(line, ", n-1:")
	number, method, _ := strings.Cut(head, ": prime (")
	if !ok || method != "Pratt)" && method != "BLS75)" {
		return c, errors.New("not a certificate")
	}
	if c.Prime, ok = decimal(number); !ok {
		return c, fmt.Errorf("%q is not a number", number)
	}
	for _, field := range strings.Fields(list) {
		prime, witness, _ := strings.Cut(strings.TrimSuffix(field, ")"), "(")
		q, okPrime := decimal(prime)
		a, okWitness := decimal(witness)
		if !okPrime || !okWitness || !strings.HasSuffix(field, ")") {
			return c, fmt.Errorf("%q is not a factor with its witness", field)
		}
		c.Factors = append(c.Factors, Factor{q, a})
	}
	return c, nil
}

// decimal reads a positive number in the digits 0 to 9.
func decimal(s string) (*big.Int, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return nil, false
	}
	n, ok := new(big.Int).SetString(s, 10)
	return n, ok && n.Sign() > 0
}

func one() *big.Int { return big.NewInt(1) }

// factored returns the part F of Prime - 1 that the factors make up, and R, which is coprime to them.
func (c Certificate) factored() (f, r *big.Int) {
	f, r = one(), new(big.Int).Sub(c.Prime, one())
	if r.Sign() <= 0 {
		return f, r
	}
	for _, q := range c.Factors {
		for q.Prime.Cmp(one()) > 0 {
			quotient, rest := new(big.Int).QuoRem(r, q.Prime, new(big.Int))
			if rest.Sign() != 0 {
				break
			}
			f.Mul(f, q.Prime)
			r = quotient
		}
	}
	return f, r
}

// Verify checks the proof. It assumes that the factors are primes: those of at most 64 bits [IsPrime] can check, the
// others need certificates of their own.
func (c Certificate) Verify() error {
	p := c.Prime
	if p.Cmp(big.NewInt(3)) < 0 || p.Bit(0) == 0 {
		return fmt.Errorf("%v is even or too small for this proof", p)
	}
	minus := new(big.Int).Sub(p, one())
	for _, q := range c.Factors {
		if q.Prime.Cmp(one()) <= 0 || new(big.Int).Mod(minus, q.Prime).Sign() != 0 {
			return fmt.Errorf("%v does not divide %v - 1", q.Prime, p)
		}
		if new(big.Int).Exp(q.Witness, minus, p).Cmp(one()) != 0 {
			return fmt.Errorf("the witness %v shows that %v is composite", q.Witness, p)
		}
		power := new(big.Int).Exp(q.Witness, new(big.Int).Quo(minus, q.Prime), p)
		power.Sub(power, one())
		if power.GCD(nil, nil, new(big.Int).Abs(power), p).Cmp(one()) != 0 {
			return fmt.Errorf("%v is not a witness for %v and the factor %v", q.Witness, p, q.Prime)
		}
	}
	return c.enough()
}

// enough checks that the factors say enough about those of the prime.
func (c Certificate) enough() error {
	f, _ := c.factored()
	square := new(big.Int).Mul(f, f)
	if square.Cmp(c.Prime) > 0 {
		return nil
	}
	if new(big.Int).Mul(square, f).Cmp(c.Prime) < 0 {
		return fmt.Errorf("the factors of %v - 1 make up less than its cube root", c.Prime)
	}
	// p = rF² + sF + 1 with r, s < F
	rest := new(big.Int)
	high, _ := new(big.Int).QuoRem(new(big.Int).Sub(c.Prime, one()), f, rest)
	s := new(big.Int)
	r, _ := high.QuoRem(high, f, s)
	if rest.Sign() != 0 || r.Cmp(f) >= 0 {
		return fmt.Errorf("the factors of %v - 1 do not fit", c.Prime)
	}
	d := new(big.Int).Mul(s, s)
	d.Sub(d, r.Lsh(r, 2))
	if d.Sign() >= 0 {
		if root := new(big.Int).Sqrt(d); root.Mul(root, root).Cmp(d) == 0 {
			return fmt.Errorf("%v is composite: %v is a square", c.Prime, d)
		}
	}
	return nil
}

// IsPrime reports whether n of at most 64 bits is prime, by Miller's test with the first twelve primes, which suffice
// (Sorenson and Webster 2015).
func IsPrime(n *big.Int) bool {
	if !n.IsUint64() || n.Cmp(one()) <= 0 {
		return false
	}
	minus := new(big.Int).Sub(n, one())
	twos := minus.TrailingZeroBits()
	odd := new(big.Int).Rsh(minus, twos)
	for _, base := range []int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37} {
		a := big.NewInt(base)
		if a.Cmp(n) == 0 {
			return true
		}
		if !passes(a.Exp(a, odd, n), n, minus, twos) {
			return false
		}
	}
	return true
}

// passes reports whether x, or one of its squares, is what it has to be if n is prime.
func passes(x, n, minus *big.Int, twos uint) bool {
	if x.Cmp(one()) == 0 {
		return true
	}
	for range twos {
		if x.Cmp(minus) == 0 {
			return true
		}
		x.Mod(x.Mul(x, x), n)
	}
	return false
}
