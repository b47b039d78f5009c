package curve

// primesFrom yields the primes above low, up to high, ascending.
func primesFrom(low, high int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		const span = 1 << 16
		root := 1
		for (root+1)*(root+1) <= high {
			root++
		}
		small := make([]bool, root+1)
		var base []int
		for p := 2; p <= root; p++ {
			if small[p] {
				continue
			}
			base = append(base, p)
			for q := p * p; q <= root; q += p {
				small[q] = true
			}
		}
		for start := max(low+1, 2); start <= high; start += span {
			var composite [span]bool
			end := min(start+span, high+1)
			for _, p := range base {
				for q := max(p*p, (start+p-1)/p*p); q < end; q += p {
					composite[q-start] = true
				}
			}
			for i := range end - start {
				if !composite[i] && !yield(start+i) {
					return
				}
			}
		}
	}
}
