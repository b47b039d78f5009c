// Package expression computes the whole numbers that people write as expressions: 2^127-1, 10**40+1, 20!, 101#,
// products, exact quotients and parentheses. All values are exact, and bounded by [MaxBits].
//
//	sum     = [+|-] product {(+|-) product}
//	product = power {(*|/) power}
//	power   = operand [(^|**) power]
//	operand = (digits | "(" sum ")") {!|#}
package expression

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"unicode/utf8"
)

// MaxBits bounds every value on the way to the result: about 1,048,576 digits.
const MaxBits = 3483294

// maxWork bounds the bits of all intermediate values together, so that a short text cannot keep the program busy.
const maxWork = 64 * MaxBits

// maxDepth bounds the parentheses in each other.
const maxDepth = 1000

var (
	errTooLarge = errors.New("is larger than 1048576 digits")
	errTooMuch  = errors.New("takes too many steps to compute")
)

// Is reports whether a token is an expression and not a plain number: it has an operator or a parenthesis. A sign in
// front of the first operand is not an operator.
func Is(token []byte) bool {
	for i, c := range token {
		switch c {
		case '*', '/', '^', '!', '#', '(', ')':
			return i > 0 || c == '(' && len(token) > 1
		case '+', '-':
			if before := bytes.TrimRight(token[:i], " \t"); len(before) > 0 && endsOperand(before[len(before)-1]) {
				return true
			}
		}
	}
	return false
}

// Length returns the length of the first expression in text, which begins with one: blanks belong to it unless they are
// between two operands.
func Length(text []byte, isBlank func(byte) bool) int {
	for i := 0; i < len(text); {
		if !isBlank(text[i]) {
			i++
			continue
		}
		end := i
		for i < len(text) && isBlank(text[i]) {
			i++
		}
		if i == len(text) || endsOperand(text[end-1]) && beginsOperand(text[i]) {
			return end
		}
	}
	return len(text)
}

func endsOperand(c byte) bool { return c-'0' <= 9 || c == ')' || c == '!' || c == '#' }

func beginsOperand(c byte) bool { return c-'0' <= 9 || c == '(' }

// Value computes the expression. The error completes a sentence that begins with the text.
func Value(text []byte, isBlank func(byte) bool) (*big.Int, error) {
	text = bytes.TrimFunc(text, func(r rune) bool { return r < 0x80 && isBlank(byte(r)) })
	if n := Length(text, isBlank); n < len(text) {
		return nil, errors.New("is not an expression: two numbers in a row")
	}
	compact := make([]byte, 0, len(text))
	for _, c := range text {
		if !isBlank(c) {
			compact = append(compact, c)
		}
	}
	p := parser{text: compact}
	n, err := p.sum()
	if err == nil && p.at < len(p.text) {
		err = p.unexpected()
	}
	if err != nil {
		return nil, err
	}
	return n, nil
}

// A parser reads one expression from left to right.
type parser struct {
	text  []byte
	at    int
	depth int
	work  int
}

func (p *parser) unexpected() error {
	if p.at == len(p.text) {
		return errors.New("is not an expression: it ends too early")
	}
	r, _ := utf8.DecodeRune(p.text[p.at:])
	return fmt.Errorf("is not an expression: %+q is out of place", string(r))
}

// accept skips the operator if it comes next.
func (p *parser) accept(operator string) bool {
	if end := p.at + len(operator); end <= len(p.text) && string(p.text[p.at:end]) == operator {
		p.at = end
		return true
	}
	return false
}

// checked counts what was computed, and refuses what is too large.
func (p *parser) checked(n *big.Int) (*big.Int, error) {
	if n.BitLen() > MaxBits {
		return nil, errTooLarge
	}
	if p.work += n.BitLen() + 64; p.work > maxWork {
		return nil, errTooMuch
	}
	return n, nil
}

func (p *parser) sum() (*big.Int, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errors.New("has parentheses nested too deeply")
	}
	defer func() { p.depth-- }()
	minus := p.accept("-")
	if !minus {
		p.accept("+")
	}
	n, err := p.product()
	if err != nil {
		return nil, err
	}
	if minus {
		n.Neg(n)
	}
	for {
		combine := n.Add
		switch {
		case p.accept("+"):
		case p.accept("-"):
			combine = n.Sub
		default:
			return n, nil
		}
		m, err := p.product()
		if err != nil {
			return nil, err
		}
		if _, err := p.checked(combine(n, m)); err != nil {
			return nil, err
		}
	}
}

func (p *parser) product() (*big.Int, error) {
	n, err := p.power()
	if err != nil {
		return nil, err
	}
	for {
		switch {
		case p.accept("*"):
			m, err := p.power()
			if err != nil {
				return nil, err
			}
			if n.BitLen()+m.BitLen() > MaxBits+1 {
				return nil, errTooLarge
			}
			n.Mul(n, m)
		case p.accept("/"):
			m, err := p.power()
			if err != nil {
				return nil, err
			}
			if m.Sign() == 0 {
				return nil, errors.New("divides by zero")
			}
			rest := new(big.Int)
			if n.QuoRem(n, m, rest); rest.Sign() != 0 {
				return nil, errors.New("has a quotient that is not whole")
			}
		default:
			return n, nil
		}
		if _, err := p.checked(n); err != nil {
			return nil, err
		}
	}
}

// power is right-associative: 2^3^2 is 2^9.
func (p *parser) power() (*big.Int, error) {
	base, err := p.operand()
	if err != nil || !p.accept("**") && !p.accept("^") {
		return base, err
	}
	if p.depth++; p.depth > maxDepth {
		return nil, errors.New("has powers nested too deeply")
	}
	defer func() { p.depth-- }()
	exponent, err := p.power()
	if err != nil {
		return nil, err
	}
	if exponent.Sign() < 0 {
		return nil, errors.New("has a negative exponent")
	}
	if base.CmpAbs(big.NewInt(1)) > 0 {
		// A base of b bits to the e has more than (b-1)e bits.
		if !exponent.IsInt64() || exponent.Int64() > MaxBits || int64(base.BitLen()-1)*exponent.Int64() > MaxBits {
			return nil, errTooLarge
		}
	} else if exponent.Sign() > 0 {
		exponent.SetUint64(2 - uint64(exponent.Bit(0))) // of -1, 0 and 1 only the sign changes
	}
	return p.checked(base.Exp(base, exponent, nil))
}

func (p *parser) operand() (*big.Int, error) {
	n, err := p.primary()
	for postfix := 0; err == nil; postfix++ {
		of := factorial
		switch {
		case p.accept("!"):
		case p.accept("#"):
			of = primorial
		default:
			return n, nil
		}
		if postfix > 0 {
			return nil, errors.New("has two of ! and # in a row, which is ambiguous (add parentheses)")
		}
		if n, err = of(n); err == nil {
			n, err = p.checked(n)
		}
	}
	return nil, err
}

func (p *parser) primary() (*big.Int, error) {
	if p.accept("(") {
		n, err := p.sum()
		if err == nil && !p.accept(")") {
			err = p.unexpected()
		}
		return n, err
	}
	start := p.at
	for p.at < len(p.text) && p.text[p.at]-'0' <= 9 {
		p.at++
	}
	if p.at == start {
		return nil, p.unexpected()
	}
	n, _ := new(big.Int).SetString(string(p.text[start:p.at]), 10)
	return p.checked(n)
}
