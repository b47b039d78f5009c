// Package measure reads and shows ages and sizes as people write them: 90s, 3d, 2w; 500M, 8G.
package measure

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration reads a time such as 90s, 3d or 2w, and those of Go. It is never negative.
func Duration(text string) (time.Duration, error) {
	unit := time.Duration(0)
	switch {
	case strings.HasSuffix(text, "d"):
		unit = 24 * time.Hour
	case strings.HasSuffix(text, "w"):
		unit = 7 * 24 * time.Hour
	}
	if unit > 0 {
		n, err := strconv.ParseFloat(text[:len(text)-1], 64)
		if err == nil && n >= 0 && n < 36500 {
			return time.Duration(n * float64(unit)), nil
		}
	} else if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d, nil
	}
	return 0, fmt.Errorf("%q is not a time such as 90s, 3d or 2w", text)
}

// Size reads a number of bytes, also with K, M, G or T for powers of 1024. It is at least 1.
func Size(text string) (int64, error) {
	digits, unit := strings.TrimSuffix(strings.ToUpper(text), "B"), int64(1)
	for i, letter := range []string{"K", "M", "G", "T"} {
		if rest, ok := strings.CutSuffix(digits, letter); ok {
			digits, unit = rest, 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > (1<<62)/unit {
		return 0, fmt.Errorf("%q is not a number of bytes such as 500M or 8G", text)
	}
	return n * unit, nil
}

// Sized formats a number of bytes.
func Sized(n int64) string {
	for i, letter := range "TGMK" {
		if unit := int64(1) << (10 * (4 - i)); n >= unit {
			return fmt.Sprintf("%.1f %cB", float64(n)/float64(unit), letter)
		}
	}
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}
