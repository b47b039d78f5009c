// Package audit checks answers: that the factors make up the number, and that each of them is prime. It uses nothing of
// what found them, only package certificate.
package audit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/big"

	"github.com/pythonweb/goweb/factorize/certificate"
)

// maxLine bounds the lines that are read.
const maxLine = 64 << 20

// Result counts answers, and the primes of more than 64 bits in them.
type Result struct {
	Answers    int `json:"answers"`
	Proved     int `json:"proved"`     // by a certificate
	Probable   int `json:"probable"`   // without one
	Incomplete int `json:"incomplete"` // answers with a composite factor
	Wrong      int `json:"wrong"`      // answers
}

// An answer is a number with what is said of it.
type answer struct {
	line      int
	n         *big.Int
	factors   []factor
	composite *big.Int // nil if the answer is complete

	certificates map[string]certificate.Certificate
}

// A factor is a prime and its exponent.
type factor struct {
	prime    *big.Int
	exponent int
}

// Check reads the output of factorize --prove, as text or as JSON, or a shard, and calls wrong for each problem.
func Check(in io.Reader, wrong func(line int, err error)) (Result, error) {
	var r Result
	var current *answer
	finish := func() {
		if current != nil {
			if err := r.count(current); err != nil {
				r.Wrong++
				wrong(current.line, err)
			}
		}
		current = nil
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	for number := 1; lines.Scan(); number++ {
		next, err := read(lines.Text(), current)
		if err != nil {
			finish()
			r.Wrong++
			wrong(number, err)
			continue
		}
		if next != current {
			finish()
			if current = next; current != nil {
				current.line = number
			}
		}
	}
	finish()
	return r, lines.Err()
}

// count checks one answer.
func (r *Result) count(a *answer) error {
	r.Answers++
	product := big.NewInt(1)
	if a.composite != nil {
		r.Incomplete++
		product.Set(a.composite)
	}
	for _, f := range a.factors {
		if f.exponent > a.n.BitLen() {
			return fmt.Errorf("%v: the factors do not make up the number", a.n)
		}
		product.Mul(product, new(big.Int).Exp(f.prime, big.NewInt(int64(f.exponent)), nil))
	}
	if product.Cmp(a.n) != 0 {
		return fmt.Errorf("%v: the factors do not make up the number", a.n)
	}
	judged := map[string]bool{}
	for i, f := range a.factors {
		if i > 0 && a.factors[i-1].prime.Cmp(f.prime) > 0 {
			return fmt.Errorf("%v: the factors do not ascend", a.n)
		}
		if name := f.prime.String(); !judged[name] {
			judged[name] = true
			if err := r.judge(a, f.prime); err != nil {
				return fmt.Errorf("%v: %w", a.n, err)
			}
		}
	}
	return nil
}

// judge counts a prime of the answer.
func (r *Result) judge(a *answer, p *big.Int) error {
	switch err := a.prove(p); {
	case errors.Is(err, errNoCertificate) && p.ProbablyPrime(20):
		r.Probable++
	case err != nil:
		return err
	case !p.IsUint64():
		r.Proved++
	}
	return nil
}

var errNoCertificate = errors.New("without a certificate")

// prove shows that p is prime. The factors of a certificate are smaller than its prime, so that this ends.
func (a *answer) prove(p *big.Int) error {
	if p.IsUint64() {
		if !certificate.IsPrime(p) {
			return fmt.Errorf("%v is not a prime", p)
		}
		return nil
	}
	c, ok := a.certificates[p.String()]
	if !ok {
		return fmt.Errorf("%v: %w", p, errNoCertificate)
	}
	if err := c.Verify(); err != nil {
		return err
	}
	for _, f := range c.Factors {
		if err := a.prove(f.Prime); err != nil {
			return fmt.Errorf("the certificate of %v: %w", p, err)
		}
	}
	return nil
}
