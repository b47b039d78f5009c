package stream

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// A number is read the same whatever stands behind it, and how much.
func TestLeadingWord(t *testing.T) {
	for length := 1; length <= 22; length++ {
		digits := strings.Repeat("9081726354", 3)[:length]
		value, err := strconv.ParseUint(digits, 10, 64)
		for _, after := range []string{
			"", "\n", " 17\n123456789012", "\t", "x", "/", ":", "\x80\xff",
			"\n\xff\xff\xff\xff\xff\xff\xff\xff",
		} {
			n, count := leadingWord([]byte(digits + after))
			blank := after == "" || isBlank(after[0])
			if want := length <= 19 && err == nil && blank; want != (count > 0) || want && (n != value || count != length) {
				t.Errorf("%q: %d, %d digits", digits+after, n, count)
			}
		}
	}
	for c := range 256 {
		for at := range 8 {
			text := []byte("12345678 ")
			text[at] = byte(c)
			n, count := leadingWord(text)
			var value uint64
			_, err := fmt.Sscanf(string(text[:at]), "%d", &value)
			switch {
			case c >= '0' && c <= '9':
				if value, _ = strconv.ParseUint(string(text[:8]), 10, 64); text[0] == '0' {
					value = 0
				}
			case err != nil || !isBlank(byte(c)):
				value = 0
			}
			if n != value || value == 0 && count > 0 {
				t.Errorf("%q: %d, not %d", text, n, value)
			}
		}
	}
}
