package certificate

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
)

func parsed(t *testing.T, line string) Certificate {
	t.Helper()
	c, err := Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func Example() {
	c, err := Parse("170141183460469231731687303715884105727: prime (BLS75), n-1: 2(3) 3(5) 7(3) 19(3) 43(3) 73(3) 127(2) 337(3)")
	fmt.Println(c.Prime, c.Method(), err, c.Verify())
	// Output: 170141183460469231731687303715884105727 BLS75 <nil> <nil>
}

// Every small number with every witness: no composite one is proved, whatever factors of n-1 are named.
func TestNoCompositeIsProved(t *testing.T) {
	for n := int64(1); n < 1200; n++ {
		prime := big.NewInt(n).ProbablyPrime(20) // exact below 2^64
		var factors []int64
		for q := int64(2); q < n; q++ {
			if (n-1)%q == 0 && big.NewInt(q).ProbablyPrime(20) {
				factors = append(factors, q)
			}
		}
		for subset := range 1 << len(factors) {
			for a := int64(1); a < 8; a++ {
				c := Certificate{Prime: big.NewInt(n)}
				for i, q := range factors {
					if subset>>i&1 == 1 {
						c.Factors = append(c.Factors, Factor{big.NewInt(q), big.NewInt(a)})
					}
				}
				if c.Verify() == nil && !prime {
					t.Fatalf("%d is proved to be prime by %v", n, c)
				}
			}
		}
	}
}

// A certificate that is changed anywhere no longer proves what it proved.
func TestChanged(t *testing.T) {
	const line = "618970019642690137449562111: prime (BLS75), n-1: 2(3) 3(3) 5(3) 17(3) 23(3) 89(2) 353(3) 397(3)"
	if err := parsed(t, line).Verify(); err != nil {
		t.Fatal(err)
	}
	if again := parsed(t, line).String(); again != line {
		t.Errorf("it is written as %s", again)
	}
	for _, change := range [][2]string{
		{"2111: prime", "2113: prime"}, {" 2(3)", " 2(1)"}, {" 397(3)", " 401(3)"}, {" 89(2) 353(3) 397(3)", ""}, {" 3(3)", " 3(0001)"},
	} {
		if err := parsed(t, strings.Replace(line, change[0], change[1], 1)).Verify(); err == nil {
			t.Errorf("%v: it still proves", change)
		}
	}
	for _, bad := range []string{
		"", "7", "7: prime (Magic), n-1: 2(3)", "7: prime (Pratt), n-1: 2", "x: prime (Pratt), n-1: 2(3)", "7: prime (Pratt), n-1: 2(-3)",
	} {
		if c, err := Parse(bad); err == nil {
			t.Errorf("%q is read as %v", bad, c)
		}
	}
}

// Miller's test against a sieve, and on strong pseudoprimes to the first bases.
func TestIsPrime(t *testing.T) {
	composite := make([]bool, 20000)
	for n := 2; n < len(composite); n++ {
		if is := IsPrime(big.NewInt(int64(n))); is == composite[n] {
			t.Errorf("IsPrime(%d) = %t", n, is)
		}
		for m := n * n; m < len(composite); m += n {
			composite[m] = true
		}
	}
	for _, text := range []string{"3825123056546413051", "341550071728321", "3215031751", "18446744073709551617", "1", "0"} {
		n, _ := new(big.Int).SetString(text, 10)
		if IsPrime(n) {
			t.Errorf("IsPrime(%s) = true", text)
		}
	}
	if n, _ := new(big.Int).SetString("18446744073709551557", 10); !IsPrime(n) {
		t.Error("the greatest prime of 64 bits is not found to be one")
	}
}
