package display

import "fmt"

// Size returns a number of bytes as text for people.
func Size(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	size, units := float64(n), "KMGTPE"
	for size >= unit && len(units) > 0 {
		size /= unit
		if size < unit || len(units) == 1 {
			return fmt.Sprintf("%.1f %ciB", size, units[0])
		}
		units = units[1:]
	}
	return fmt.Sprintf("%d B", n)
}
