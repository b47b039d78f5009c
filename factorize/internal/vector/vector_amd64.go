package vector

import "golang.org/x/sys/cpu"

// hits sets the bits of the primes of which x is a zero, up to 64 groups of them.
func (t *Table) hits(masks *[64]uint8, first, second []uint32, x uint32) {
	groups := 0
	if cpu.X86.HasAVX2 {
		groups = len(t.Primes) / lanes
	}
	if groups > 0 {
		hitsAVX2(&masks[0], &t.Primes[0], &t.Inverse[0], &t.Limit[0], &first[0], &second[0], groups, x)
	}
	t.plainHits(masks, first, second, x, groups*lanes)
}

// Add adds delta to both lists of residues, modulo the primes.
func Add(first, second, delta, primes []uint32) {
	groups := groupsOf(first, second, delta, primes)
	if groups > 0 {
		addAVX2(&first[0], &second[0], &delta[0], &primes[0], groups)
	}
	plainAdd(first, second, delta, primes, groups*lanes)
}

// Sub subtracts delta from both lists of residues, modulo the primes.
func Sub(first, second, delta, primes []uint32) {
	groups := groupsOf(first, second, delta, primes)
	if groups > 0 {
		subAVX2(&first[0], &second[0], &delta[0], &primes[0], groups)
	}
	plainSub(first, second, delta, primes, groups*lanes)
}

// groupsOf returns how many groups of primes the processor takes at once. The other lists are at least as long.
func groupsOf(first, second, delta, primes []uint32) int {
	if !cpu.X86.HasAVX2 || min(len(first), len(second), len(delta)) < len(primes) {
		return 0 // the plain loop panics where a list is too short
	}
	return len(primes) / lanes
}

// Marked returns the place of the first 64 bytes, from a multiple of 64 on, one of which is 128 or more, or the
// length without such. The length is a multiple of 64.
func Marked(bytes []uint8, from int) int {
	if !cpu.X86.HasAVX2 || from >= len(bytes) {
		return plainMarked(bytes, from)
	}
	rest := bytes[from:]
	return from + markedAVX2(&rest[0], len(rest)/MarkedBlock*MarkedBlock)
}

// AddLogs adds the logarithm of each prime to the bytes of the block at its two zeros and all multiples of the prime
// from there, and moves the zeros on to the next block. The zeros are below their prime, and the primes, in
// ascending order, at most as large as the block.
func AddLogs(block []uint8, primes []uint32, logs []uint8, first, second []uint32) {
	size := len(primes)
	if size == 0 {
		return
	}
	logs, first, second = logs[:size], first[:size], second[:size]
	if !cpu.X86.HasAVX2 || int(primes[size-1]) > len(block) {
		plainAddLogs(block, primes, logs, first, second)
		return
	}
	addLogsASM(&block[0], len(block), &primes[0], &logs[0], &first[0], &second[0], size, len(block)/int(primes[0]))
}

// Scale replaces dst by a*x/2^32 modulo the primes. a is a list of residues, and x any number.
func (t *Table) Scale(dst, a []uint32, x uint32) {
	groups := groupsOf(dst, a, a, t.Primes)
	if groups > 0 {
		scaleAVX2(&dst[0], &a[0], &t.Primes[0], &t.Inverse[0], groups, x)
	}
	t.plainScale(dst, a, x, groups*lanes)
}

// Multiply replaces dst by a*b/2^32 modulo the primes, of two lists of residues.
func (t *Table) Multiply(dst, a, b []uint32) {
	groups := groupsOf(dst, a, b, t.Primes)
	if groups > 0 {
		multiplyAVX2(&dst[0], &a[0], &t.Primes[0], &t.Inverse[0], groups, &b[0])
	}
	t.plainMultiply(dst, a, b, groups*lanes)
}

// Invert replaces dst by 2^64/a modulo the primes, and 0 by 0. a is a list of residues, and the primes are primes.
func (t *Table) Invert(dst, a []uint32) {
	groups := groupsOf(dst, a, a, t.Primes)
	if groups > 0 {
		invertAVX2(&dst[0], &a[0], &t.Primes[0], &t.Inverse[0], &t.Limit[0], groups)
	}
	t.plainInvert(dst, a, groups*lanes)
}

// fill is Fill of at most together primes.
func (b *Buckets) fill(first, second, delta, primes []uint32, positive bool, index int) {
	groups := groupsOf(first, second, delta, primes)
	done := 0
	if cpu.X86.HasAVX512F && groups > 1 {
		kernel := fillSubAVX512
		if positive {
			kernel = fillAddAVX512
		}
		kernel(&b.entries[0], &b.ends[0], &first[0], &second[0], &delta[0], &primes[0], groups/2, uint32(index),
			uint32(len(b.ends)<<BlockBits))
		done = groups / 2 * 2 * lanes
	} else if groups > 0 {
		kernel := fillSubAVX2
		if positive {
			kernel = fillAddAVX2
		}
		kernel(&b.entries[0], &b.ends[0], &first[0], &second[0], &delta[0], &primes[0], groups, uint32(index),
			uint32(len(b.ends)<<BlockBits))
		done = groups * lanes
	}
	b.plainMove(first, second, delta, primes, positive, done)
	b.plainFill(first, second, primes, done, index)
}

// places sets the bits of the entries, up to 64 groups of them, that are at the place.
func places(masks *[64]uint8, entries []uint32, place uint32) {
	groups := 0
	if cpu.X86.HasAVX2 {
		groups = len(entries) / lanes
	}
	if groups > 0 {
		placesAVX2(&masks[0], &entries[0], groups, place)
	}
	plainPlaces(masks, entries, place, groups*lanes)
}

// AddTo adds to each stripe the sum of those of the 64 that its mask names, a bit each. There is a mask for each stripe
// but for some of the last.
func (s *Sums) AddTo(stripes []Stripe, masks []uint64) {
	if !cpu.X86.HasAVX2 || len(masks) == 0 || len(stripes) < len(masks) {
		s.plainAddTo(stripes, masks)
		return
	}
	sumsAVX2(&stripes[0][0], &masks[0], &s[0][0][0], len(masks))
}
