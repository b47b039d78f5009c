package main

import (
	"fmt"
	"slices"
	"time"
)

// times are the durations of repeated runs of one thing.
type times []time.Duration

// add does something once more and records how long it took.
func (t *times) add(do func() error) error {
	start := time.Now()
	err := do()
	*t = append(*t, time.Since(start))
	return err
}

func (t times) median() time.Duration { return t.part(50) }

// part returns the percentile p.
func (t times) part(p int) time.Duration {
	sorted := slices.Sorted(slices.Values(t))
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}

// over returns the ratio of the median to that of other.
func (t times) over(other times) float64 { return float64(t.median()) / float64(other.median()) }

func (t times) show(what string) {
	fmt.Printf("%-40s median %-10v p99 %v\n", what, t.median().Round(time.Microsecond), t.part(99).Round(time.Microsecond))
}

// showLimit shows the 99th percentile as a fraction of its limit.
func (t times) showLimit(what string, limit time.Duration) {
	t.show(what)
	fmt.Printf("%-40s %.2f of %v\n", "  p99 of its limit", float64(t.part(99))/float64(limit), limit)
}

func showRatio(what string, ratio float64) { fmt.Printf("%-40s %.2f\n", "  "+what, ratio) }
