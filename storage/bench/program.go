package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
)

// programs compares the processor time of a remembered command with that of a program that prints hello, and redis-cli.
func programs(directory, address string) error {
	head()
	const rounds = 201
	url := "redis://" + address
	commands := [][]string{
		{filepath.Join(directory, "lrucache"), "run", "--redis", url, "--", "echo", "hello"},
		{filepath.Join(directory, "hello")},
		{"redis-cli", "-u", url, "GET", "plain"},
	}
	if err := exec.Command("redis-cli", "-u", url, "SET", "plain", "hello").Run(); err != nil {
		return fmt.Errorf("redis-cli: %w", err)
	}
	cpu := make(samples, len(commands))
	for range rounds {
		for i, words := range commands {
			cmd := exec.Command(words[0], words[1:]...)
			var out bytes.Buffer
			cmd.Stdout = &out
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("%v: %w", words, err)
			}
			state := cmd.ProcessState
			cpu[i] = append(cpu[i], float64((state.UserTime()+state.SystemTime()).Microseconds())/1000)
		}
	}
	row("remembered command, processor time", "a Go program that prints hello, times as much", cpu.median(0)/cpu.median(1), cpu.median(0), cpu.median(1), "ms")
	row("remembered command, processor time", "redis-cli GET, times as much", cpu.median(0)/cpu.median(2), cpu.median(0), cpu.median(2), "ms")
	return nil
}
