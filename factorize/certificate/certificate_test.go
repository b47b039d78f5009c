package certificate_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/factorize/certificate"
)

func Example() {
	c, err := certificate.Parse("18446744073709551629: prime (Pratt), n-1: 2(2) 7(2) 658812288346769701(2)")
	if err == nil {
		fmt.Println(c.Verify())
	}
	c.Factors = c.Factors[:1]
	fmt.Println(c.Verify())
	// Output:
	// <nil>
	// the factors of 18446744073709551629 - 1 make up less than its cube root
}

const mersenne = "170141183460469231731687303715884105727: prime (BLS75), " +
	"n-1: 2(3) 3(5) 7(3) 19(3) 43(3) 73(3) 127(2) 337(3)"

// Each change of a certificate is noticed.
func TestVerify(t *testing.T) {
	for _, test := range []struct{ old, new, want string }{
		{"", "", ""},
		{"2(3)", "2(2)", "2 is not a witness"},
		{"3(5)", "3(8)", "not a witness"},
		{"7(3)", "11(3)", "does not divide"},
		{"7(3)", "1(3)", "does not divide"},
		{" 337(3)", "", "less than its cube root"},
		{"884105727", "884105729", "composite"},
	} {
		c, err := certificate.Parse(strings.Replace(mersenne, test.old, test.new, 1))
		if err != nil {
			t.Fatal(err)
		}
		err = c.Verify()
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s to %s: %v, want %q", test.old, test.new, err, test.want)
		}
	}
}

// Between the cube root and the square root the last condition decides: these composites pass all others.
func TestLastCondition(t *testing.T) {
	found := 0
	for f := int64(12); f < 100; f += 2 {
		for u := int64(1); u < 4; u++ {
			for v := u; v < 6; v++ {
				n := big.NewInt((u*f + 1) * (v*f + 1))
				c := certificate.Certificate{Prime: n}
				for q, rest := int64(2), f; rest > 1; q++ {
					if rest%q == 0 {
						c.Factors = append(c.Factors, certificate.Factor{Prime: big.NewInt(q), Witness: big.NewInt(2)})
					}
					for rest%q == 0 {
						rest /= q
					}
				}
				for w := int64(2); w < n.Int64() && w < 200; w++ {
					for i := range c.Factors {
						c.Factors[i].Witness = big.NewInt(w)
					}
					err := c.Verify()
					if err == nil {
						t.Fatalf("%v, a product, is proved by %v", n, c)
					}
					if strings.Contains(err.Error(), "is a square") {
						found++
						break
					}
				}
			}
		}
	}
	if found == 0 {
		t.Error("no composite came as far as the last condition")
	}
}

func TestParse(t *testing.T) {
	c, err := certificate.Parse(mersenne)
	if err != nil || c.String() != mersenne {
		t.Errorf("%v, %v", c, err)
	}
	pratt := "7: prime (Pratt), n-1: 2(3) 3(3)"
	if c, err := certificate.Parse(pratt); err != nil || c.String() != pratt || c.Verify() != nil {
		t.Errorf("%v, %v", c, err)
	}
	for _, line := range []string{
		"", "7", "7: prime (ECPP), n-1: 2(3)", "x: prime (Pratt), n-1: 2(3)", "7: prime (Pratt), n-1: 2",
		"7: prime (Pratt), n-1: 2(x)", "7: prime (Pratt), n-1: -2(3)", "0: prime (Pratt), n-1: 2(3)",
	} {
		if c, err := certificate.Parse(line); err == nil {
			t.Errorf("%q: %v", line, c)
		}
	}
}

func TestIsPrime(t *testing.T) {
	for n := int64(-3); n < 20000; n++ {
		if got, want := certificate.IsPrime(big.NewInt(n)), big.NewInt(n).ProbablyPrime(0); got != want {
			t.Errorf("%d: %v", n, got)
		}
	}
	for s, want := range map[string]bool{
		"18446744073709551557": true, "18446744073709551615": false,
		"3825123056546413051": false, "18446744073709551629": false,
	} {
		n, _ := new(big.Int).SetString(s, 10)
		if got := certificate.IsPrime(n); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}
