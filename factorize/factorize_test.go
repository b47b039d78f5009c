package factorize_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/factorize"
)

func number(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		panic("no number: " + s)
	}
	return n
}

// The course's check.
func TestCourse(t *testing.T) {
	numbers := []*big.Int{number("128"), number("255"), number("99999"), number("10651060")}
	want := "[[1 2 4 8 16 32 64 128] [1 3 5 15 17 51 85 255] [1 3 9 41 123 271 369 813 2439 11111 33333 99999] " +
		"[1 2 4 5 7 10 14 20 28 35 70 140 76079 152158 304316 380395 532553 760790 1065106 1521580 2130212 " +
		"2662765 5325530 10651060]]"
	sequential, err := factorize.Sequential(t.Context(), numbers...)
	if got := fmt.Sprint(sequential); err != nil || got != want {
		t.Errorf("Sequential: %v\nwant %s\ngot  %s", err, want, got)
	}
	parallel, err := factorize.Parallel(t.Context(), 3, numbers...)
	if got := fmt.Sprint(parallel); err != nil || got != want {
		t.Errorf("Parallel: %v\nwant %s\ngot  %s", err, want, got)
	}
	if got := fmt.Sprint(factorize.SequentialUint64(128, 255, 99999, 10651060)); got != want {
		t.Errorf("SequentialUint64: want %s\ngot %s", want, got)
	}
	if got := fmt.Sprint(factorize.ParallelUint64(2, 128, 255, 99999, 10651060)); got != want {
		t.Errorf("ParallelUint64: want %s\ngot %s", want, got)
	}
}

func TestNotPositive(t *testing.T) {
	for _, n := range []*big.Int{big.NewInt(0), big.NewInt(-12)} {
		if _, err := factorize.Primes(t.Context(), n); !errors.Is(err, factorize.ErrNotPositive) {
			t.Errorf("Primes(%v): %v", n, err)
		}
		if _, err := factorize.Parallel(t.Context(), 2, big.NewInt(4), n); !errors.Is(err, factorize.ErrNotPositive) {
			t.Errorf("Parallel(4, %v): %v", n, err)
		}
	}
}

// verify checks everything that can be said of an answer without another program.
func verify(t *testing.T, n *big.Int, powers []factorize.PrimePower) {
	t.Helper()
	product := big.NewInt(1)
	for i, p := range powers {
		if p.Exponent < 1 || !p.Prime.ProbablyPrime(5) {
			t.Errorf("%v: %v is no power of a prime", n, p)
		}
		if i > 0 && powers[i-1].Prime.Cmp(p.Prime) >= 0 {
			t.Errorf("%v: the primes do not ascend: %v", n, powers)
		}
		product.Mul(product, new(big.Int).Exp(p.Prime, big.NewInt(int64(p.Exponent)), nil))
	}
	if product.Cmp(n) != 0 {
		t.Errorf("%v is not the product of %v", n, powers)
	}
	if count := factorize.Count(powers); count.IsInt64() && count.Int64() <= 5000 {
		divisors, err := factorize.DivisorsOf(powers)
		if err != nil || int64(len(divisors)) != count.Int64() {
			t.Errorf("%v has %v divisors, not %d: %v", n, count, len(divisors), err)
		}
		for i, d := range divisors {
			if i > 0 && divisors[i-1].Cmp(d) >= 0 || new(big.Int).Mod(n, d).Sign() != 0 {
				t.Errorf("%v: divisor %v is wrong", n, d)
			}
		}
	}
}

func randomPrime(r *rand.Rand, bits int) *big.Int {
	for {
		p := randomNumber(r, bits)
		p.SetBit(p, 0, 1)
		if p.ProbablyPrime(0) {
			return p
		}
	}
}

func randomNumber(r *rand.Rand, bits int) *big.Int {
	n := new(big.Int)
	for n.BitLen() < bits {
		n.Lsh(n, 32).Or(n, big.NewInt(int64(r.Uint32())))
	}
	n.Rsh(n, uint(n.BitLen()-bits))
	return n
}

func TestRandomNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for bits := 1; bits <= consoletest.Count(90, 110); bits++ {
		for range consoletest.Count(3, 100) {
			n := randomNumber(r, bits)
			powers, err := factorize.Primes(t.Context(), n)
			if err != nil {
				t.Fatal(err)
			}
			verify(t, n, powers)
		}
	}
}

// Numbers of few large primes, of every size around the borders between the methods.
func TestProducts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	for bits := 10; bits <= consoletest.Count(110, 190); bits += 3 {
		for range consoletest.Count(1, 20) {
			half := randomPrime(r, bits/2)
			for _, n := range []*big.Int{
				new(big.Int).Mul(half, randomPrime(r, bits-bits/2)),
				new(big.Int).Mul(half, half),
				new(big.Int).Exp(randomPrime(r, bits/3), big.NewInt(3), nil),
				new(big.Int).Mul(new(big.Int).Mul(randomPrime(r, bits/3+1), randomPrime(r, bits/3)), randomPrime(r, bits/3)),
				new(big.Int).Mul(new(big.Int).Exp(randomPrime(r, bits/4+2), big.NewInt(2), nil), randomPrime(r, bits/2)),
			} {
				powers, err := factorize.Primes(t.Context(), n)
				if err != nil {
					t.Fatal(err)
				}
				verify(t, n, powers)
			}
		}
	}
}

func TestBordersAndTraps(t *testing.T) {
	for n, want := range map[string]string{
		"1":                             "",
		"2":                             "2",
		"4294967291":                    "4294967291",
		"4294967295":                    "3 5 17 257 65537",
		"4294967296":                    "2^32",
		"4294967297":                    "641 6700417",
		"18446744030759878681":          "4294967291^2",
		"18446744073709551557":          "18446744073709551557",
		"18446744073709551615":          "3 5 17 257 641 65537 6700417",
		"18446744073709551616":          "2^64",
		"18446744073709551617":          "274177 67280421310721",
		"18446744073709551629":          "18446744073709551629",
		"18446743979220271189":          "4294967279 4294967291",
		"79228162514264337593543950335": "3^2 5 7 13 17 97 193 241 257 673 65537 22253377",
		"340282366920938463463374607431768211455": "3 5 17 257 641 65537 274177 6700417 67280421310721",
		"561":                                     "3 11 17",
		"825265":                                  "5 7 17 19 73",
		"3825123056546413051":                     "149491 747451 34233211",
		"318665857834031151167461":                "399165290221 798330580441",
		"3317044064679887385961981":               "1287836182261 2575672364521",
		"6003094289670105800312596501":            "54786377365501 109572754731001",
		"59276361075595573263446330101":           "172157429516701 344314859033401",
		"79228162514264337593543950397":           "", // 2^96 + 61
		"170141183460469231731687303715884105727": "170141183460469231731687303715884105727",
	} {
		powers, err := factorize.Primes(t.Context(), number(n))
		if err != nil {
			t.Fatal(err)
		}
		verify(t, number(n), powers)
		if got := format(powers); want != "" && got != want {
			t.Errorf("%s = %s, want %s", n, got, want)
		}
	}
}

func format(powers []factorize.PrimePower) string {
	var words []string
	for _, p := range powers {
		w := p.Prime.String()
		if p.Exponent > 1 {
			w += fmt.Sprintf("^%d", p.Exponent)
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// Close primes, and primes of which p-1 or p+1 is smooth, are found at once in numbers that no sieve takes.
func TestLucky(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 3))
	next := func(n *big.Int, step *big.Int) *big.Int {
		for p := new(big.Int).Add(n, step); ; p.Add(p, step) {
			if p.ProbablyPrime(0) {
				return p
			}
		}
	}
	p := randomPrime(r, 512)
	threeFifths := new(big.Int).Quo(new(big.Int).Mul(p, big.NewInt(3)), big.NewInt(5))
	smooth := big.NewInt(1)
	for q := int64(2); q < 400; q++ {
		if big.NewInt(q).ProbablyPrime(0) {
			smooth.Mul(smooth, big.NewInt(q))
		}
	}
	for name, n := range map[string]*big.Int{
		"neighbours": new(big.Int).Mul(p, next(p, big.NewInt(2))),
		"3 to 5":     new(big.Int).Mul(p, next(threeFifths.SetBit(threeFifths, 0, 1), big.NewInt(2))),
		"smooth p-1": new(big.Int).Mul(p, next(big.NewInt(1), smooth)),
		"smooth p+1": new(big.Int).Mul(p, next(big.NewInt(-1), smooth)),
		"long":       new(big.Int).Mul(randomPrime(r, 1000), next(big.NewInt(1), smooth)),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		powers, err := factorize.Primes(ctx, n)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		verify(t, n, powers)
	}
}

// Algebraic factors come before anything else.
func TestAlgebraic(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 4))
	a := randomPrime(r, 256)
	square := new(big.Int).Mul(a, a)
	power := func(base *big.Int, k, sign int64) *big.Int {
		n := new(big.Int).Exp(base, big.NewInt(k), nil)
		return n.Add(n, big.NewInt(sign))
	}
	for name, n := range map[string]*big.Int{
		"2^420-1": power(big.NewInt(2), 420, -1),
		"10^60-1": power(big.NewInt(10), 60, -1),
		"12^60+1": power(big.NewInt(12), 60, 1),
		"a^2":     square,
	} {
		powers, err := factorize.Primes(t.Context(), n)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		verify(t, n, powers)
	}
	// Two factors of 151 bits each: a matter of hours without Aurifeuille.
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	powers, err := factorize.Primes(ctx, power(big.NewInt(2), 302, 1))
	if err != nil {
		t.Fatal(err)
	}
	verify(t, power(big.NewInt(2), 302, 1), powers)
}

// Certificates are made of the factors of n-1, and say what is wrong with them.
func TestProve(t *testing.T) {
	f := factorize.NewFactorizer(2)
	for _, s := range []string{
		"18446744073709551629", "170141183460469231731687303715884105727",
		"1000000000000000000000000000000000000000000000000000000000007",
	} {
		proof, err := f.Prove(t.Context(), number(s))
		if err != nil || proof[0].Prime.Cmp(number(s)) != 0 {
			t.Errorf("%s: %v", s, err)
		}
		for _, c := range proof {
			if err := c.Verify(); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := f.Prove(t.Context(), big.NewInt(7)); err == nil {
		t.Error("7 has a certificate")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Prove(ctx, number("1000000000000000000000000000000000000000000000000000000000007"))
	if !errors.Is(err, factorize.ErrUnproved) {
		t.Errorf("%v", err)
	}
	_, err = f.Prove(t.Context(), number("340282366920938463463374607431768211457"))
	if !errors.Is(err, factorize.ErrUnproved) {
		t.Errorf("a composite: %v", err)
	}
}

func TestPartial(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 3))
	n := new(big.Int).Mul(randomPrime(r, 600), randomPrime(r, 600))
	n.Mul(n, big.NewInt(12))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := factorize.NewFactorizer(2).Primes(ctx, n)
	var partial *factorize.PartialError
	if !errors.As(err, &partial) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("error %v", err)
	}
	if got := format(partial.Found); got != "2^2 3" {
		t.Errorf("found %s", got)
	}
	if product := new(big.Int).Mul(partial.Cofactor, big.NewInt(12)); product.Cmp(n) != 0 {
		t.Errorf("cofactor %v of %v", partial.Cofactor, n)
	}
}

func TestAscending(t *testing.T) {
	for _, s := range []string{
		"1", "7", "1024", "897612484786617600", "340282366920938463463374607431768211455", "15511210043330985984000000",
	} {
		powers, err := factorize.Primes(t.Context(), number(s))
		if err != nil {
			t.Fatal(err)
		}
		want, err := factorize.Divisors(t.Context(), number(s))
		if err != nil {
			t.Fatal(err)
		}
		all, err := factorize.Ascending(powers)
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		for d := range all {
			if i >= len(want) || d.Cmp(want[i]) != 0 {
				t.Fatalf("%s: divisor %d is %v", s, i, d)
			}
			i++
		}
		if i != len(want) {
			t.Errorf("%s: %d divisors, want %d", s, i, len(want))
		}
		for range all { // a loop may end early, and begin anew
			break
		}
	}
	many := []factorize.PrimePower{{big.NewInt(2), 1 << 20}, {big.NewInt(3), 1 << 20}}
	if _, err := factorize.Ascending(many); !errors.Is(err, factorize.ErrTooMany) {
		t.Errorf("Ascending: %v", err)
	}
	if _, err := factorize.DivisorsOf(many); !errors.Is(err, factorize.ErrTooMany) {
		t.Errorf("DivisorsOf: %v", err)
	}
}

func TestAppendDivisors(t *testing.T) {
	dst := make([]uint64, 0, 3*103680+63)
	for _, n := range []uint64{0, 1, 2, 36, 30030, 1 << 63, 18446744065119617025, 897612484786617600} {
		var want []uint64
		if n > 0 {
			powers, _ := factorize.Primes(t.Context(), new(big.Int).SetUint64(n))
			list, _ := factorize.DivisorsOf(powers)
			for _, d := range list {
				want = append(want, d.Uint64())
			}
		}
		if got := factorize.AppendDivisors(dst, n); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%d: %d divisors, want %d", n, len(got), len(want))
		}
	}
	if n := testing.AllocsPerRun(100, func() { factorize.AppendDivisors(dst, 720720) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzDivisors(f *testing.F) {
	f.Add(uint64(128), uint64(3))
	f.Add(uint64(1)<<63, uint64(1)<<40)
	f.Fuzz(func(t *testing.T, a, b uint64) {
		n := new(big.Int).SetUint64(a)
		n.Mul(n, new(big.Int).SetUint64(b>>32))
		if n.Sign() == 0 {
			n.SetUint64(b | 1)
		}
		powers, err := factorize.Primes(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		verify(t, n, powers)
	})
}
