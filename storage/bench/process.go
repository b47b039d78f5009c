package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/storage/lru"
)

type three struct {
	A int
	B string
	C float64
}

// hitOne asks for the same number count times. Each of these loops is in lru_cache.py, too.
func hitOne(f *lru.Func[int, int], count int) {
	ctx := context.Background()
	for range count {
		_, _ = f.Get(ctx, 500)
	}
}

func hitThree(f *lru.Func[three, int], count int) {
	ctx := context.Background()
	for range count {
		_, _ = f.Get(ctx, three{1, "two", 3})
	}
}

func miss(f *lru.Func[int, int], from, count int) {
	ctx := context.Background()
	for n := range count {
		_, _ = f.Get(ctx, from+n)
	}
}

// inProcess compares hits and misses inside the process with functools.lru_cache, by processor time.
func inProcess() error {
	head()
	const rounds, count = 15, 300_000
	timed, err := lru.New(nil, lru.Options{Capacity: 1000, TTL: time.Hour})
	if err != nil {
		return err
	}
	defer func() { _ = timed.Close() }()
	plain, err := lru.New(nil, lru.Options{Capacity: 1000})
	if err != nil {
		return err
	}
	defer func() { _ = plain.Close() }()
	one := lru.Memoize(timed, "one", func(_ context.Context, n int) (int, error) { return n + 1, nil })
	many := lru.Memoize(timed, "three", func(_ context.Context, a three) (int, error) { return a.A, nil })
	full := lru.Memoize(plain, "full", func(_ context.Context, n int) (int, error) { return n + 1, nil })
	ours, theirs := make(samples, 3), make(samples, 3)
	for round := range rounds {
		for i, work := range []func(){
			func() { hitOne(one, count) },
			func() { hitThree(many, count) },
			func() { miss(full, round*count, count) },
		} {
			begin := processorTime()
			work()
			ours[i] = append(ours[i], float64(processorTime()-begin)/count)
		}
		output, err := exec.Command("/usr/bin/python3", "bench/lru_cache.py").Output()
		if err != nil {
			return fmt.Errorf("lru_cache.py: %w", err)
		}
		for i, line := range strings.Fields(string(output)) {
			ns, err := strconv.ParseFloat(line, 64)
			if err != nil {
				return err
			}
			theirs[i] = append(theirs[i], ns)
		}
	}
	for i, what := range []string{
		"hit in the process, one int, with TTL and statistics", "hit in the process, three arguments",
		"miss that evicts, in the process",
	} {
		row(
			what,
			"functools.lru_cache, times as fast",
			theirs.median(i)/ours.median(i),
			ours.median(i),
			theirs.median(i),
			"ns",
		)
	}
	return nil
}

// processorTime returns the processor time of this process in nanoseconds.
func processorTime() int64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t) // fails for unknown clocks only
	return t.Nano()
}
