package word

import (
	"math/rand/v2"
	"syscall"
	"testing"
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
