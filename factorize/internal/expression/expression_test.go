package expression

import (
	"math/big"
	"strings"
	"testing"
)

func blank(c byte) bool { return c == ' ' }

func TestValue(t *testing.T) {
	for text, want := range map[string]string{
		"2^127-1":         "170141183460469231731687303715884105727",
		"10**40+1":        "10000000000000000000000000000000000000001",
		"20!":             "2432902008176640000",
		"0!":              "1",
		"13#":             "30030",
		"14#":             "30030",
		"1#":              "1",
		"2^3^2":           "512",
		"2**3^2":          "512",
		"(2^3)^2":         "64",
		"10-2-3":          "5",
		"10-(2-3)":        "11",
		"-3+10":           "7",
		"-2^2":            "-4",
		"(-1)^3+9":        "8",
		"(-1)^(10^30)":    "1",
		"0^0":             "1",
		"0^5":             "0",
		"2*3!*(1+1)":      "24",
		"(10^7-1)/9":      "1111111",
		"12/4/3":          "1",
		" ( 2 + 3 ) * 4 ": "20",
		"007+1":           "8",
		"(3!)!":           "720",
		"(((5)))":         "5",
	} {
		got, err := Value([]byte(text), blank)
		if err != nil || got.String() != want {
			t.Errorf("%s: %v, %v; want %s", text, got, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"12 35":                      "in a row",
		"":                           "ends too early",
		"2^":                         "ends too early",
		"2^(3":                       "ends too early",
		"2)":                         `")" is out of place`,
		"2+x":                        `"x" is out of place`,
		"1e6+1":                      `"e" is out of place`,
		"++4*2":                      `"+" is out of place`,
		"2^-1":                       `"-" is out of place`,
		"2^(1-2)":                    "negative exponent",
		"5!!":                        "add parentheses",
		"7/2":                        "not whole",
		"7/0":                        "divides by zero",
		"(1-3)!":                     "negative",
		"(1-3)#":                     "negative",
		"2^9999999999999999999999":   "larger than 1048576 digits",
		"2^3483294":                  "larger than 1048576 digits",
		"99999999999!":               "larger than 1048576 digits",
		"300000!":                    "larger than 1048576 digits",
		"99999999999#":               "larger than 1048576 digits",
		"(2^2000000)*(2^2000000)":    "larger than 1048576 digits",
		strings.Repeat("(", 1000001): "parentheses nested too deeply",
		strings.Repeat("2^", 100000): "powers nested too deeply",
		"2^3000000-2^3000000" + strings.Repeat("+2^3000000-2^3000000", 30): "too many steps",
	} {
		if got, err := Value([]byte(text), blank); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, %v; want %s", text, got, err, want)
		}
	}
	if n, err := Value([]byte("2^3483293"), blank); err != nil || n.BitLen() != MaxBits {
		t.Errorf("the largest power: %v", err)
	}
}

func TestIs(t *testing.T) {
	for text, want := range map[string]bool{
		"12": false, "+12": false, "-12": false, "++4": false, "+": false, "1e6": false, "3.0": false, "#": false,
		"(": false, "": false,
		"2^3": true, "5!": true, "7#": true, "(7)": true, "1+1": true, "10**4": true, "2-1": true,
	} {
		if got := Is([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestLength(t *testing.T) {
	for text, want := range map[string]int{
		"12 35": 2, "2 ^ 127 - 1 5": 11, "(2 + 3) (4)": 7, "5 ! 6": 3, "5  ": 1, "12": 2,
	} {
		if got := Length([]byte(text), blank); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// What is computed agrees with a value that was put together from the outside in.
func FuzzValue(f *testing.F) {
	f.Add("2^127-1")
	f.Add("(1+2)*3!/2-7#")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 40 {
			return
		}
		n, err := Value([]byte(text), blank)
		if err != nil || n.BitLen() > 5000 {
			return
		}
		again, err := Value([]byte("("+text+")*1+0"), blank)
		if err != nil || again.Cmp(n) != 0 || new(big.Int).Set(n).Cmp(n) != 0 {
			t.Errorf("%q: %v in parentheses is %v, %v", text, n, again, err)
		}
	})
}
