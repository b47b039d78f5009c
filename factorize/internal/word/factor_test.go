package word

import (
	"math/bits"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

func randomPrime(r *rand.Rand, bits int) uint64 {
	for {
		p := r.Uint64()>>(64-bits) | 1<<(bits-1) | 1
		if IsPrime(p) {
			return p
		}
	}
}

func BenchmarkSemiprime(b *testing.B) {
	for _, size := range []int{24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 62, 64} {
		b.Run(string(rune('0'+size/10))+string(rune('0'+size%10)), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, uint64(size)))
			var n [1024]uint64
			for i := range n {
				for n[i]>>(size-1) != 1 {
					n[i] = randomPrime(r, size/2) * randomPrime(r, size-size/2)
				}
			}
			var buf [64]uint64
			b.ResetTimer()
			defer reportCPU(b)()
			for i := 0; i < b.N; i++ {
				m := n[i%1024]
				f := AppendFactors(buf[:0], m)
				if len(f) != 2 || f[0]*f[1] != m {
					b.Fatal(m, f)
				}
			}
		})
	}
}

func BenchmarkRandom(b *testing.B) {
	for _, size := range []int{16, 20, 32, 40, 48, 56, 64} {
		b.Run(string(rune('0'+size/10))+string(rune('0'+size%10)), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, uint64(size)))
			var n [8192]uint64
			for i := range n {
				n[i] = r.Uint64() >> (64 - size)
			}
			var buf [64]uint64
			b.ResetTimer()
			defer reportCPU(b)()
			for i := 0; i < b.N; i++ {
				AppendFactors(buf[:0], n[i%8192])
			}
		})
	}
}

// reportCPU adds the processor time per operation, which other processes disturb less.
func reportCPU(b *testing.B) func() {
	var from syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &from)
	return func() {
		var to syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &to)
		b.ReportMetric(float64(to.Utime.Nano()-from.Utime.Nano())/float64(b.N), "cpu-ns/op")
	}
}

func TestIsPrime(t *testing.T) {
	// Against a sieve: all numbers below 2^16, or below 2^32 in the long run.
	limit := uint64(consoletest.Count(1<<16, 1<<32))
	const span = 1 << 20
	for start := uint64(0); start < limit; start += span {
		var composite [span]bool
		for p := uint64(2); p*p < start+span; p++ {
			for q := max(p*p, (start+p-1)/p*p); q < start+span; q += p {
				composite[q-start] = true
			}
		}
		for i := range min(span, limit-start) {
			if n := start + i; n > 1 && IsPrime(n) == composite[i] {
				t.Fatalf("IsPrime(%d) = %v", n, IsPrime(n))
			}
		}
	}
	for _, n := range []uint64{
		0, 1, 3215031751, 3825123056546413051, 18446744073709551615, 4294967291 * 4294967291, 1<<61 + 1,
	} {
		if IsPrime(n) {
			t.Errorf("%d is no prime", n)
		}
	}
	for _, n := range []uint64{2, 3, 4294967291, 4294967311, 1<<61 - 1, 18446744073709551557, 9223372036854775783} {
		if !IsPrime(n) {
			t.Errorf("%d is a prime", n)
		}
	}
}

func TestArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	for range 20000 {
		n := r.Uint64()>>r.UintN(60) | 1
		if n == 1 {
			continue
		}
		m := newModulus(n)
		a, b := r.Uint64()%n, r.Uint64()%n
		hi, lo := bits.Mul64(a, b)
		want := bits.Rem64(hi, lo, n)
		if got := mul(m.enter(a), b, n, m.inv); got != want {
			t.Fatalf("%d * %d mod %d = %d, not %d", a, b, n, got, want)
		}
		if got := sub(add(a, b, n), b, n); got != a {
			t.Fatalf("%d + %d - %d mod %d = %d", a, b, b, n, got)
		}
		if inverse, g := invert(a, n); a > 0 && g == 1 {
			hi, lo := bits.Mul64(a, inverse)
			if bits.Rem64(hi, lo, n) != 1%n {
				t.Fatalf("1/%d mod %d = %d", a, n, inverse)
			}
		}
	}
}
