package chain

import "testing"

// run computes with integers in place of points, and checks every difference.
func run(t *testing.T, p Program) int {
	t.Helper()
	var r [Registers]int
	r[0] = 1
	for _, s := range p.Steps {
		if s.Double {
			if s.Dst == s.P {
				t.Fatalf("%+v overwrites its operand", s)
			}
			r[s.Dst] = 2 * r[s.P]
			continue
		}
		if s.Dst == s.P || s.Dst == s.Q || s.Dst == s.Diff {
			t.Fatalf("%+v overwrites an operand", s)
		}
		if d := r[s.P] - r[s.Q]; d != r[s.Diff] && d != -r[s.Diff] {
			t.Fatalf("%+v: the difference is %d, not %d", s, d, r[s.Diff])
		}
		r[s.Dst] = r[s.P] + r[s.Q]
	}
	return r[p.Result]
}

func TestMultiply(t *testing.T) {
	for n := 3; n < 4000; n += 2 {
		if got := run(t, Multiply(0, uint64(n))); got != n {
			t.Errorf("Multiply(%d) gives %d", n, got)
		}
	}
	if got := run(t, Multiply(5, 3, 9, 5, 7, 1009, 1)); got != 32*3*9*5*7*1009 {
		t.Errorf("a product gives %d", got)
	}
}
