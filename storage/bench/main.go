// Command bench measures the cache beside its peers, by turns and in one run, and prints ratios of medians.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/storage/lru"
)

func main() {
	if err := measure(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure runs every comparison. The directory holds the programs to be compared.
func measure(directory string) error {
	fmt.Println("| what | beside | ratio | ours | theirs |")
	fmt.Println("|---|---|---|---|---|")
	if err := inProcess(); err != nil {
		return err
	}
	return withServer(func(address string) error {
		if err := onRedis(address); err != nil {
			return err
		}
		return programs(directory, address)
	})
}

// samples are measurements of several things, made by turns.
type samples [][]float64

func (s samples) median(i int) float64 {
	sorted := slices.Sorted(slices.Values(s[i]))
	return sorted[len(sorted)/2]
}

func row(what, beside string, ratio, ours, theirs float64, unit string) {
	fmt.Printf("| %s | %s | %.2f | %.4g %s | %.4g %s |\n", what, beside, ratio, ours, unit, theirs, unit)
}

type three struct {
	A int
	B string
	C float64
}

// inProcess compares hits and misses inside the process with functools.lru_cache.
func inProcess() error {
	const rounds, count = 9, 1_000_000
	ctx := context.Background()
	timed := lru.New(nil, lru.Options{Capacity: 1000, TTL: time.Hour})
	plain := lru.New(nil, lru.Options{Capacity: 1000})
	defer func() { _, _ = timed.Close(), plain.Close() }()
	one := lru.Memoize(timed, "one", func(_ context.Context, n int) (int, error) { return n + 1, nil })
	many := lru.Memoize(timed, "three", func(_ context.Context, a three) (int, error) { return a.A, nil })
	full := lru.Memoize(plain, "full", func(_ context.Context, n int) (int, error) { return n + 1, nil })
	next := 0
	work := []func(){
		func() { _, _ = one.Get(ctx, 500) },
		func() { _, _ = many.Get(ctx, three{1, "two", 3}) },
		func() { next++; _, _ = full.Get(ctx, next) },
	}
	ours, theirs := make(samples, 3), make(samples, 3)
	for range rounds {
		for i, f := range work {
			begin := time.Now()
			for range count {
				f()
			}
			ours[i] = append(ours[i], float64(time.Since(begin).Nanoseconds())/count)
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
	for i, what := range []string{"hit in the process, one int, with TTL and statistics", "hit in the process, three arguments", "miss that evicts, in the process"} {
		row(what, "functools.lru_cache, times as fast", theirs.median(i)/ours.median(i), ours.median(i), theirs.median(i), "ns")
	}
	return nil
}

// withServer calls do with the address of a Redis of its own.
func withServer(do func(address string) error) error {
	const port = "16399"
	server := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning")
	if err := server.Start(); err != nil {
		return err
	}
	defer func() { _, _ = server.Process.Kill(), server.Wait() }()
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + port})
	defer func() { _ = client.Close() }()
	for range 200 {
		if client.Ping(context.Background()).Err() == nil {
			return do("127.0.0.1:" + port)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("redis-server does not answer")
}

// onRedis compares a hit that Redis answers with a bare GET of the same client library.
func onRedis(address string) error {
	const rounds, count, keys = 15, 2000, 64
	ctx := context.Background()
	client := redis.NewClient(&redis.Options{Addr: address})
	defer func() { _ = client.Close() }()
	value := strings.Repeat("x", 100)
	for n := range keys {
		if err := client.Set(ctx, "plain"+strconv.Itoa(n), value, 0).Err(); err != nil {
			return err
		}
	}
	memoize := func(name string, o lru.Options) (*lru.Func[int, string], func() error) {
		o.Namespace, o.Capacity = name, 1000
		cache := lru.New(client, o)
		f := lru.Memoize(cache, "f", func(context.Context, int) (string, error) { return value, nil })
		for range 3 {
			for n := range keys {
				_, _ = f.Get(ctx, n)
			}
			time.Sleep(300 * time.Millisecond) // so that the channel of invalidations is open
		}
		return f, cache.Close
	}
	batched, close1 := memoize("batched", lru.Options{Local: lru.LocalLRU, LocalSize: 1})
	exact, close2 := memoize("exact", lru.Options{Local: lru.LocalOff})
	defer func() { _, _ = close1(), close2() }()
	names := make([]string, keys)
	for n := range names {
		names[n] = "plain" + strconv.Itoa(n)
	}
	work := []func(n int){
		func(n int) { _, _ = client.Get(ctx, names[n]).Result() },
		func(n int) { _, _ = batched.Get(ctx, n) },
		func(n int) { _, _ = exact.Get(ctx, n) },
	}
	alone, together := make(samples, 3), make(samples, 3)
	for range rounds {
		for i, f := range work {
			begin := time.Now()
			for n := range count {
				f(n % keys)
			}
			alone[i] = append(alone[i], float64(time.Since(begin).Microseconds())/count)
		}
		for i, f := range work {
			begin := time.Now()
			var wg sync.WaitGroup
			for g := range 64 {
				wg.Go(func() {
					for n := range count / 8 {
						f((n + g) % keys)
					}
				})
			}
			wg.Wait()
			together[i] = append(together[i], float64(time.Since(begin).Microseconds())/(count*8))
		}
	}
	row("hit on Redis, uses told in batches", "GET, times as long", alone.median(1)/alone.median(0), alone.median(1), alone.median(0), "µs")
	row("hit on Redis, its use told in the call", "GET, times as long", alone.median(2)/alone.median(0), alone.median(2), alone.median(0), "µs")
	row("64 goroutines, uses told in batches", "pooled GET, times as fast", together.median(0)/together.median(1), together.median(1), together.median(0), "µs")
	row("64 goroutines, use told in the call", "pooled GET, times as fast", together.median(0)/together.median(2), together.median(2), together.median(0), "µs")
	return nil
}

// programs compares the processor time of a remembered command with that of a program that prints hello, and redis-cli.
func programs(directory, address string) error {
	const rounds = 201
	url := "redis://" + address
	commands := [][]string{
		{filepath.Join(directory, "lrucache"), "run", "--redis", url, "--", "echo", "hello"},
		{filepath.Join(directory, "hello")},
		{"redis-cli", "-u", url, "GET", "plain0"},
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
