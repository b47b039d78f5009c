package stream

import (
	"bytes"
	"fmt"
	"math/big"
	"strconv"

	"github.com/pythonweb/goweb/factorize/internal/expression"
)

// A place is where a token is: the number of a word on the command line, or of a line of the input.
type place struct {
	word, line int
}

func (p place) String() string {
	if p.word > 0 {
		return fmt.Sprintf("argument %d", p.word)
	}
	return fmt.Sprintf("line %d", p.line)
}

// Why a token is refused.
const (
	notDecimal = "is not a whole number in the digits 0 to 9"
	negative   = "is negative; only positive numbers are factored"
	zero       = "is divisible by every number"
)

const tooLong = "is longer than 1048576 digits"

// tokenLength is the length of the token at the beginning of text, which is not a blank.
func (o *Options) tokenLength(text []byte) int {
	if o.Expressions {
		line := text
		if end := bytes.IndexByte(text, '\n'); end >= 0 {
			line = text[:end]
		}
		return expression.Length(line, isBlank)
	}
	n := 1
	for n < len(text) && !isBlank(text[n]) {
		n++
	}
	return n
}

// parse returns the digits of a token without plus and leading zeros, or the reason why it is refused. Where the
// token is an expression, it returns the value as well.
func parse(token []byte) (digits []byte, value *big.Int, reason string) {
	if expression.Is(token) {
		value, err := expression.Value(token, isBlank)
		switch {
		case err != nil:
			return nil, nil, err.Error()
		case value.Sign() == 0:
			return nil, nil, zero
		case value.Sign() < 0:
			return nil, nil, negative
		}
		return value.Append(nil, 10), value, ""
	}
	digits = token
	if len(digits) > 0 && (digits[0] == '+' || digits[0] == '-') {
		digits = digits[1:]
	}
	if len(digits) == 0 {
		return nil, nil, notDecimal
	}
	for _, c := range digits {
		if c-'0' > 9 {
			return nil, nil, notDecimal
		}
	}
	for len(digits) > 0 && digits[0] == '0' {
		digits = digits[1:]
	}
	switch {
	case len(digits) == 0:
		return nil, nil, zero
	case token[0] == '-':
		return nil, nil, negative
	case len(digits) > MaxToken:
		return nil, nil, tooLong
	}
	return digits, nil, ""
}

// leadingWord returns the value and the length of the token at the beginning of text if it is of the common kind, 1 to
// 19 digits and no more; else the length is 0.
func leadingWord(text []byte) (n uint64, digits int) {
	for digits < len(text) && text[digits]-'0' <= 9 {
		n = 10*n + uint64(text[digits]-'0')
		digits++
	}
	if digits == 0 || digits > 19 || text[0] == '0' || digits < len(text) && !isBlank(text[digits]) {
		return 0, 0
	}
	return n, digits
}

// parseWord returns the value of digits that fits into a word.
func parseWord(digits []byte) (uint64, bool) {
	if len(digits) > 19 {
		n, err := strconv.ParseUint(string(digits[:min(len(digits), 21)]), 10, 64)
		return n, err == nil && len(digits) == 20
	}
	var n uint64
	for _, c := range digits {
		n = 10*n + uint64(c-'0')
	}
	return n, true
}

// shown is how many bytes of a token are repeated in messages.
const shown = 40

// shortened quotes a token for a message: no byte of it can harm a terminal.
func shortened(token []byte) string {
	if len(token) <= shown {
		return strconv.QuoteToASCII(string(token))
	}
	return fmt.Sprintf("%s… (%d bytes)", strconv.QuoteToASCII(string(token[:shown])), len(token))
}
