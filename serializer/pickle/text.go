package pickle

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/pythonweb/goweb/serializer"
)

// textInt reads the argument of INT. 00 and 01 are false and true.
func textInt(s string) (object, error) {
	switch s {
	case "00", "01":
		return serializer.Bool(s == "01"), nil
	}
	return textLong(s)
}

// textLong reads decimal digits with an L that Python 2 writes after them.
func textLong(s string) (object, error) {
	digits := strings.TrimSuffix(s, "L")
	unsigned := strings.TrimPrefix(digits, "-")
	if unsigned == "" || strings.Trim(unsigned, "0123456789") != "" {
		return nil, fmt.Errorf("%.40q is no integer", s)
	}
	i, _ := new(big.Int).SetString(digits, 10)
	return serializer.BigInt(i), nil
}

// textFloat reads the argument of FLOAT, which is what Python's repr writes.
func textFloat(s string) (object, error) {
	switch s {
	case "nan":
		return serializer.Float(math.Float64frombits(0x7ff8000000000000)), nil
	case "-nan":
		return serializer.Float(math.Float64frombits(0xfff8000000000000)), nil
	case "inf", "-inf":
		return serializer.Float(math.Inf(map[bool]int{true: -1, false: 1}[s[0] == '-'])), nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "0123456789+-.eE") != "" {
		return nil, fmt.Errorf("%.40q is no float", s)
	}
	return serializer.Float(f), nil
}

var errQuotes = errors.New("STRING without its quotes, or with an invalid escape")

// quoted reads the argument of STRING: what Python 2's repr writes.
func quoted(s []byte) (object, error) {
	if len(s) < 2 || s[0] != s[len(s)-1] || s[0] != '\'' && s[0] != '"' {
		return nil, errQuotes
	}
	s = s[1 : len(s)-1]
	out := oldText{}
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		if i++; i == len(s) {
			return nil, errQuotes
		}
		switch c := s[i]; {
		case strings.IndexByte(`\'"`, c) >= 0:
			out = append(out, c)
		case strings.IndexByte("abfnrtv", c) >= 0:
			out = append(out, "\a\b\f\n\r\t\v"[strings.IndexByte("abfnrtv", c)])
		case c == 'x':
			if i+2 >= len(s) {
				return nil, errQuotes
			}
			v, err := strconv.ParseUint(string(s[i+1:i+3]), 16, 8)
			if err != nil {
				return nil, errQuotes
			}
			out = append(out, byte(v))
			i += 2
		case c >= '0' && c <= '7':
			end := i
			for end < len(s) && end < i+3 && s[end] >= '0' && s[end] <= '7' {
				end++
			}
			v, err := strconv.ParseUint(string(s[i:end]), 8, 8)
			if err != nil {
				return nil, errQuotes
			}
			out = append(out, byte(v))
			i = end - 1
		default:
			return nil, errQuotes
		}
	}
	return out, nil
}

// rawUnicode reads the argument of UNICODE: Latin-1 with \u and \U escapes and no others.
func rawUnicode(s []byte) (object, error) {
	var out []rune
	for i := 0; i < len(s); i++ {
		digits := 0
		if s[i] == '\\' && i+1 < len(s) {
			digits = map[byte]int{'u': 4, 'U': 8}[s[i+1]]
		}
		if digits == 0 {
			out = append(out, rune(s[i]))
			continue
		}
		if i+2+digits > len(s) {
			return nil, errors.New("UNICODE with an invalid escape")
		}
		v, err := strconv.ParseUint(string(s[i+2:i+2+digits]), 16, 32)
		if err != nil || v > utf8.MaxRune {
			return nil, errors.New("UNICODE with an invalid escape")
		}
		out = append(out, rune(v))
		i += 1 + digits
	}
	return joined(out)
}

// joined makes a string of code points; surrogates must come in pairs, as narrow builds of Python 2 wrote them.
func joined(points []rune) (object, error) {
	var b strings.Builder
	for i := 0; i < len(points); i++ {
		r := points[i]
		if utf16.IsSurrogate(r) {
			if i+1 == len(points) {
				return text("\xff")
			}
			if r = utf16.DecodeRune(r, points[i+1]); r == utf8.RuneError {
				return text("\xff")
			}
			i++
		}
		b.WriteRune(r)
	}
	return text(b.String())
}
