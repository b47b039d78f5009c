package measure_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/pythonweb/goweb/junksort/internal/measure"
)

func Example() {
	age, _ := measure.Duration("2w")
	size, _ := measure.Size("1536K")
	fmt.Println(age, measure.Sized(size))
	// Output: 336h0m0s 1.5 MB
}

func TestMeasures(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "3d": 72 * time.Hour,
		"1.5d": 36 * time.Hour, "0s": 0,
	} {
		if d, err := measure.Duration(text); err != nil || d != want {
			t.Errorf("Duration(%q) is %v, %v", text, d, err)
		}
	}
	for _, text := range []string{"", "d", "-1d", "-1s", "x", "1y", "99999d"} {
		if d, err := measure.Duration(text); err == nil {
			t.Errorf("Duration(%q) is %v", text, d)
		}
	}
	for text, want := range map[string]int64{"1": 1, "2k": 2048, "3MB": 3 << 20, "1T": 1 << 40} {
		if n, err := measure.Size(text); err != nil || n != want {
			t.Errorf("Size(%q) is %v, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "G", "9999999999T", "1.5G"} {
		if n, err := measure.Size(text); err == nil {
			t.Errorf("Size(%q) is %v", text, n)
		}
	}
}
