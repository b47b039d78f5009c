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
	folder := "dir:" + filepath.Join(directory, "store")
	commands := [][]string{
		{filepath.Join(directory, "lrucache"), "run", "--redis", url, "--", "echo", "hello"},
		{filepath.Join(directory, "hello")},
		{"redis-cli", "-u", url, "GET", "plain"},
		{filepath.Join(directory, "lrucache"), "run", "--store", folder, "--", "echo", "hello"},
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
	for _, r := range []struct {
		what, beside string
		a, b         int
	}{
		{"remembered command, processor time", "a Go program that prints hello, times as much", 0, 1},
		{"remembered command, processor time", "redis-cli GET, times as much", 0, 2},
		{"remembered command in a folder, processor time", "a Go program that prints hello, times as much", 3, 1},
	} {
		row(r.what, r.beside, cpu.median(r.a)/cpu.median(r.b), cpu.median(r.a), cpu.median(r.b), "ms")
	}
	return nil
}
