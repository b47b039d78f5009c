package pickle

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

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
		return nil, fmt.Errorf("%.40q is not an integer", s)
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
		return nil, fmt.Errorf("%.40q is not a float", s)
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

// joined makes a string of code points; surrogates in pairs, as narrow builds of Python 2 wrote them, are one
// character.
func joined(points []rune) (object, error) {
	var b []byte
	for i := 0; i < len(points); i++ {
		r := points[i]
		if i+1 < len(points) && utf16.DecodeRune(r, points[i+1]) != utf8.RuneError {
			r = utf16.DecodeRune(r, points[i+1])
			i++
		}
		if utf16.IsSurrogate(r) {
			b = append(b, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0xbf, 0x80|byte(r)&0xbf)
			continue
		}
		b = utf8.AppendRune(b, r)
	}
	return text(string(b))
}

// A decoder makes a value of a str of Python 2.
type decoder func(oldText) (serializer.Value, error)

// charmaps returns the single-byte encodings, by the names that Python gives them.
func charmaps() map[string]*charmap.Charmap {
	return map[string]*charmap.Charmap{
		"latin1": charmap.ISO8859_1, "cp1250": charmap.Windows1250, "cp1251": charmap.Windows1251,
		"cp1252": charmap.Windows1252, "cp1253": charmap.Windows1253, "cp1254": charmap.Windows1254,
		"cp1255": charmap.Windows1255, "cp1256": charmap.Windows1256, "cp1257": charmap.Windows1257,
		"cp1258": charmap.Windows1258, "cp437": charmap.CodePage437, "cp850": charmap.CodePage850,
		"cp852": charmap.CodePage852, "cp855": charmap.CodePage855, "cp866": charmap.CodePage866,
		"koi8-r": charmap.KOI8R, "koi8-u": charmap.KOI8U, "iso8859-2": charmap.ISO8859_2,
		"iso8859-5": charmap.ISO8859_5, "iso8859-15": charmap.ISO8859_15, "mac-cyrillic": charmap.MacintoshCyrillic,
	}
}

// Encodings returns the names that [Options] accepts, sorted.
func Encodings() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for _, name := range []string{"ascii", "bytes", "utf-8"} {
			if !yield(name) {
				return
			}
		}
		maps.Keys(charmaps())(yield)
	})
}

// textDecoder finds a decoder by its name, in any spelling that Python accepts.
func textDecoder(encoding string) (decoder, error) {
	name := strings.ReplaceAll(strings.ToLower(encoding), "_", "-")
	switch name {
	case "", "ascii", "us-ascii":
		return asciiText, nil
	case "bytes":
		return func(o oldText) (serializer.Value, error) { return serializer.Bytes(o), nil }, nil
	case "utf-8", "utf8":
		return utf8Text, nil
	case "latin-1", "iso-8859-1", "iso8859-1":
		name = "latin1"
	}
	name = strings.Replace(strings.Replace(name, "windows-", "cp", 1), "iso-8859-", "iso8859-", 1)
	table, known := charmaps()[name]
	if !known {
		return nil, fmt.Errorf("unknown encoding %q: one of %s", encoding, strings.Join(Encodings(), ", "))
	}
	return func(o oldText) (serializer.Value, error) {
		var b strings.Builder
		for _, c := range o {
			r := table.DecodeByte(c)
			if r == utf8.RuneError {
				return serializer.Value{}, fmt.Errorf("a str of Python 2 with the byte %#02x, which is not defined in %s", c, name)
			}
			b.WriteRune(r)
		}
		return serializer.String(b.String()), nil
	}, nil
}

func asciiText(o oldText) (serializer.Value, error) {
	for _, c := range o {
		if c >= utf8.RuneSelf {
			return serializer.Value{}, errors.New(
				"a str of Python 2 that is not ASCII may be text or bytes (name its encoding, or bytes)")
		}
	}
	return serializer.String(string(o)), nil
}

func utf8Text(o oldText) (serializer.Value, error) {
	if !utf8.Valid(o) {
		return serializer.Value{}, errors.New("a str of Python 2 that is not UTF-8")
	}
	return serializer.String(string(o)), nil
}

// validButSurrogates reports whether text is UTF-8 but for surrogates, each in three bytes.
func validButSurrogates(s string) bool {
	for len(s) > 0 {
		if len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 && s[1] <= 0xbf && s[2] >= 0x80 && s[2] <= 0xbf {
			s = s[3:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			return false
		}
		s = s[n:]
	}
	return true
}

// value returns the call with which Python makes the text from its bytes, since no string in UTF-8 can hold it.
func (s surrogates) value() serializer.Value {
	return serializer.Instance("builtins.str", serializer.PartArgs, serializer.Tuple(
		serializer.Bytes([]byte(s)), serializer.String("utf-8"), serializer.String("surrogatepass"),
	))
}
