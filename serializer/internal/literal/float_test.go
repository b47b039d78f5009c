package literal

import (
	"math"
	"testing"
)

// TestHalf compares every binary16 with the arithmetic of float64.
func TestHalf(t *testing.T) {
	for h := range 1 << 16 {
		wide := FromHalf(uint16(h))
		if back, ok := ToHalf(wide); !ok || back != uint16(h) {
			t.Errorf("%04x became %016x and then %04x, %v", h, wide, back, ok)
		}
		exp, frac := h>>10&31, float64(h&1023)
		want := math.Ldexp(1024+frac, exp-25)
		if exp == 0 {
			want = math.Ldexp(frac, -24)
		}
		if h>>15 == 1 {
			want = -want
		}
		if got := math.Float64frombits(wide); exp != 31 && got != want {
			t.Errorf("%04x is %v, want %v", h, got, want)
		}
	}
}
