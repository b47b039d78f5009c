// Command bench compares how long programs take to run. Its arguments are command lines; they are run in turns, so
// that a busy machine is busy for all of them, and the medians of their CPU time and wall clock are printed as
// ratios to the first.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

const rounds = 200

func main() {
	cpu, wall := make([][]time.Duration, len(os.Args)), make([][]time.Duration, len(os.Args))
	for range rounds {
		for i, line := range os.Args[1:] {
			words := strings.Fields(line)
			cmd := exec.Command(words[0], words[1:]...)
			start := time.Now()
			if err := cmd.Run(); err != nil {
				fmt.Fprintln(os.Stderr, line+":", err)
				os.Exit(1)
			}
			wall[i] = append(wall[i], time.Since(start))
			cpu[i] = append(cpu[i], cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		}
	}
	for i, line := range os.Args[1:] {
		fmt.Printf("CPU %.2f  wall %.2f  %s\n", ratio(cpu, i), ratio(wall, i), line)
	}
}

// ratio compares the medians of the i-th command and the first.
func ratio(times [][]time.Duration, i int) float64 {
	return float64(median(times[i])) / float64(median(times[0]))
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
