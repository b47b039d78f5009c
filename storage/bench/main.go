// Command bench measures the cache against its peers, interleaved in one run, and prints ratios of medians.
package main

import (
	"fmt"
	"os"
	"slices"
)

func main() {
	parts := os.Args[2:]
	if len(parts) == 0 {
		parts = []string{"process", "redis", "program", "latency"}
	}
	if err := measure(os.Args[1], parts); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure makes the requested comparisons. The directory holds the programs to be compared.
func measure(directory string, parts []string) error {
	for _, part := range parts {
		var err error
		switch part {
		case "process":
			err = inProcess()
		case "redis":
			err = withServer(onRedis)
		case "program":
			err = withServer(func(s *server) error { return programs(directory, s.address) })
		case "latency":
			err = withServer(latencies)
		default:
			err = fmt.Errorf("no part %q", part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// samples are interleaved measurements of several things.
type samples [][]float64

func (s samples) median(i int) float64 {
	sorted := slices.Sorted(slices.Values(s[i]))
	return sorted[len(sorted)/2]
}

func head() {
	fmt.Println("| what | beside | ratio | ours | theirs |")
	fmt.Println("|---|---|---|---|---|")
}

func row(what, beside string, ratio, ours, theirs float64, unit string) {
	fmt.Printf("| %s | %s | %.2f | %.4g %s | %.4g %s |\n", what, beside, ratio, ours, unit, theirs, unit)
}
