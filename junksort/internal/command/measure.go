package command

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/console"
)

// duration reads a time such as 90s, 3d or 2w, and those of Go.
func duration(flag, text string) (time.Duration, error) {
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
	return 0, console.Errorf(console.Usage, "", "--%s %q is not a time such as 90s, 3d or 2w", flag, text)
}

// size reads a number of bytes, also with K, M, G or T for powers of 1024.
func size(flag, text string) (int64, error) {
	digits, unit := strings.TrimSuffix(strings.ToUpper(text), "B"), int64(1)
	for i, letter := range []string{"K", "M", "G", "T"} {
		if rest, ok := strings.CutSuffix(digits, letter); ok {
			digits, unit = rest, 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > (1<<62)/unit {
		return 0, console.Errorf(console.Usage, "", "--%s %q is not a number of bytes such as 500M or 8G", flag, text)
	}
	return n * unit, nil
}

// sized shows a number of bytes.
func sized(n int64) string {
	for i, letter := range "TGMK" {
		if unit := int64(1) << (10 * (4 - i)); n >= unit {
			return fmt.Sprintf("%.1f %cB", float64(n)/float64(unit), letter)
		}
	}
	return plural(int(n), "byte")
}
