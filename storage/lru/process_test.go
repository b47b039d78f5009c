package lru_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/storage/lru"
	"github.com/pythonweb/goweb/storage/storagetest"
)

// TestMain lets the test binary act as another process that shares a cache.
func TestMain(m *testing.M) {
	if address := os.Getenv("LRU_TEST_REDIS"); address != "" {
		if err := child(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child obeys the lines of its input and answers each with a line:
//
//	open NAMESPACE CAPACITY   opens an exact cache
//	get KEY                   calls the function; 1 for a hit, 0 for a miss
//	many N KEY                calls it N times at once; the number of computations here
//	hold KEY VALUE            computes until the input goes on, and says "computing" first; then the value it got
func child(address string) error {
	options, err := redis.ParseURL(address)
	if err != nil {
		return err
	}
	client := redis.NewClient(options)
	defer func() { _ = client.Close() }()
	input := bufio.NewScanner(os.Stdin)
	ctx := context.Background()
	var cache *lru.Cache
	computed, value := 0, 0
	var mu sync.Mutex
	var during func()
	var f *lru.Func[int, int]
	for input.Scan() {
		words := strings.Fields(input.Text())
		number := func(i int) int { n, _ := strconv.Atoi(words[i]); return n }
		switch words[0] {
		case "open":
			if cache != nil {
				_ = cache.Close()
			}
			var err error
			cache, err = lru.New(client, lru.Options{
				Namespace: words[1], Capacity: number(2), Local: lru.LocalOff, Lease: 500 * time.Millisecond, Timeout: patient,
			})
			if err != nil {
				panic(err)
			}
			f = lru.Memoize(cache, "f", func(_ context.Context, key int) (int, error) {
				mu.Lock()
				computed++
				mu.Unlock()
				if during != nil {
					during()
				}
				return value, nil
			})
			fmt.Println("ok")
		case "get":
			before := computed
			if _, err := f.Get(ctx, number(1)); err != nil {
				return err
			}
			fmt.Println(1 - (computed - before))
		case "many":
			var wg sync.WaitGroup
			for range number(1) {
				wg.Go(func() {
					if _, err := f.Get(ctx, number(2)); err != nil {
						fmt.Fprintln(os.Stderr, err)
					}
				})
			}
			wg.Wait()
			fmt.Println(computed)
		case "hold":
			value = number(2)
			during = func() {
				fmt.Println("computing")
				input.Scan()
			}
			v, err := f.Get(ctx, number(1))
			if err != nil {
				return err
			}
			fmt.Println(v)
		}
	}
	if cache != nil {
		return cache.Close()
	}
	return nil
}

// process is a running child.
type process struct {
	cmd    *exec.Cmd
	input  io.WriteCloser
	output *bufio.Reader
}

func start(t *testing.T, server *storagetest.Server) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), "LRU_TEST_REDIS="+server.URL)
	p.cmd.Stderr = os.Stderr
	var err1, err2 error
	p.input, err1 = p.cmd.StdinPipe()
	output, err2 := p.cmd.StdoutPipe()
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	p.output = bufio.NewReader(output)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.cmd.Process.Signal(syscall.SIGCONT)
		_ = p.input.Close()
		_ = p.cmd.Wait()
	})
	return p
}

func (p *process) send(t *testing.T, line string) {
	t.Helper()
	if _, err := fmt.Fprintln(p.input, line); err != nil {
		t.Fatal(err)
	}
}

func (p *process) answer(t *testing.T) string {
	t.Helper()
	line, err := p.output.ReadString('\n')
	if err != nil {
		t.Fatalf("the other process: %v", err)
	}
	return strings.TrimSpace(line)
}

func (p *process) ask(t *testing.T, line string) string {
	t.Helper()
	p.send(t, line)
	return p.answer(t)
}

func (p *process) kill(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

// trace is what functools.lru_cache did.
type trace struct {
	Capacity int
	Keys     []int
	Hits     []int
	Size     int64
}

// traces has Python record traces.
func traces(t *testing.T, count int) []trace {
	t.Helper()
	python := consoletest.Need(t, "python3", "python3")
	output, err := exec.Command(python, "testdata/traces.py", strconv.Itoa(count), "8").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []trace
	for line := range bytes.Lines(output) {
		var tr trace
		if err := json.Unmarshal(line, &tr); err != nil {
			t.Fatal(err)
		}
		all = append(all, tr)
	}
	return all
}

// replay makes the calls of a trace and compares every hit and miss.
func replay(t *testing.T, number int, tr trace, call func(i, key int) (hit int)) {
	t.Helper()
	for i, key := range tr.Keys {
		if hit := call(i, key); hit != tr.Hits[i] {
			t.Fatalf(
				"trace %d of capacity %d, call %d of %v: hit is %d, in Python %d",
				number,
				tr.Capacity,
				i,
				tr.Keys,
				hit,
				tr.Hits[i],
			)
		}
	}
}

// Hits, misses and evictions are those of Python, call by call, inside one process and through Redis.
func TestTracesOfPython(t *testing.T) {
	all := traces(t, 1000)
	run := func(t *testing.T, c redis.UniversalClient, all []trace) {
		for number, tr := range all {
			options := lru.Options{
				Namespace: fmt.Sprint("trace", number), Capacity: tr.Capacity, Local: lru.LocalOff, Timeout: patient,
			}
			cache, err := lru.New(c, options)
			if err != nil {
				t.Fatal(err)
			}
			computed := 0
			f := lru.Memoize(cache, "f", func(_ context.Context, key int) (int, error) { computed++; return key, nil })
			replay(t, number, tr, func(_, key int) int {
				before := computed
				v, err := f.Get(t.Context(), key)
				same(t, key, get(t, v, err))
				return 1 - (computed - before)
			})
			i := info(t, f)
			if i.Size != tr.Size || i.Hits+i.Misses != int64(len(tr.Keys)) {
				t.Fatalf("trace %d: %+v, want size %d after %d calls", number, i, tr.Size, len(tr.Keys))
			}
			if err := cache.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Run("process", func(t *testing.T) { run(t, nil, all) })
	t.Run("redis", func(t *testing.T) {
		c := client(t, storagetest.Redis(t))
		run(t, c, all[:consoletest.Count(200, len(all))])
	})
}

// Four processes that call by turns evict what one process would.
func TestTracesInFourProcesses(t *testing.T) {
	server := storagetest.Redis(t)
	var processes []*process
	for range 4 {
		processes = append(processes, start(t, server))
	}
	for number, tr := range traces(t, consoletest.Count(100, 1000)) {
		for _, p := range processes {
			if got := p.ask(t, fmt.Sprintf("open four%d %d", number, tr.Capacity)); got != "ok" {
				t.Fatal(got)
			}
		}
		replay(t, number, tr, func(i, key int) int {
			hit, err := strconv.Atoi(processes[i*7%4].ask(t, fmt.Sprintf("get %d", key)))
			return get(t, hit, err)
		})
	}
}

// Ten thousand callers in four processes make one computation.
func TestOneComputationInFourProcesses(t *testing.T) {
	server := storagetest.Redis(t)
	var processes []*process
	for range 4 {
		p := start(t, server)
		p.ask(t, "open many 10")
		processes = append(processes, p)
	}
	for round := range 3 {
		for _, p := range processes {
			p.send(t, fmt.Sprintf("many 2500 %d", round))
		}
		total := 0
		for _, p := range processes {
			n, err := strconv.Atoi(p.answer(t))
			total += get(t, n, err)
		}
		if total != round+1 {
			t.Fatalf("%d computations after round %d", total, round)
		}
	}
	for _, p := range processes {
		_ = p.input.Close()
		_ = p.cmd.Wait()
	}
	f := lru.Memoize(
		open(t, client(t, server), lru.Options{Namespace: "many", Capacity: 10}),
		"f",
		func(_ context.Context, key int) (int, error) { return key, nil },
	)
	same(t, lru.Info{Hits: 30_000 - 3, Misses: 3, Size: 3, Capacity: 10}, info(t, f))
}

// A killed holder of the lease costs exactly one more computation, whoever waits.
func TestHolderKilled(t *testing.T) {
	server := storagetest.Redis(t)
	holder, other, third := start(t, server), start(t, server), start(t, server)
	for _, p := range []*process{holder, other, third} {
		p.ask(t, "open killed 10")
	}
	same(t, "computing", holder.ask(t, "hold 1 5"))
	other.send(t, "many 20 1")
	third.send(t, "many 20 1")
	holder.kill(t, syscall.SIGKILL)
	first, second := other.answer(t), third.answer(t)
	if first+second != "01" && first+second != "10" {
		t.Errorf("%s and %s computations after the holder was killed, want one", first, second)
	}
}

// A frozen holder loses its lease, and what it stores when it wakes is refused.
func TestHolderFrozen(t *testing.T) {
	server := storagetest.Redis(t)
	holder := start(t, server)
	holder.ask(t, "open frozen 10")
	same(t, "computing", holder.ask(t, "hold 1 5"))
	holder.kill(t, syscall.SIGSTOP)

	calls := 0
	cache := open(
		t,
		client(t, server),
		lru.Options{Namespace: "frozen", Capacity: 10, Lease: 500 * time.Millisecond, Timeout: patient},
	)
	f := lru.Memoize(cache, "f", func(context.Context, int) (int, error) { calls++; return 7, nil })
	v, err := f.Get(t.Context(), 1)
	same(t, 7, get(t, v, err))
	holder.kill(t, syscall.SIGCONT)
	same(t, "5", holder.ask(t, "")) // its caller gets what it has computed
	if err := f.Invalidate(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	again := lru.Memoize(
		open(t, client(t, server), lru.Options{Namespace: "frozen", Capacity: 10, Local: lru.LocalOff}),
		"f",
		func(context.Context, int) (int, error) { calls++; return 8, nil },
	)
	v, err = again.Get(t.Context(), 1)
	same(t, 7, get(t, v, err))
	same(t, 1, calls)
}

// A holder that lives keeps its lease, however long it computes.
func TestHolderLives(t *testing.T) {
	server := storagetest.Redis(t)
	holder, other := start(t, server), start(t, server)
	holder.ask(t, "open lives 10")
	other.ask(t, "open lives 10")
	same(t, "computing", holder.ask(t, "hold 1 5"))
	other.send(t, "many 5 1")
	renewed := client(t, server)
	eventually(t, "the lease is renewed many times", func() bool {
		keys, err := renewed.Keys(t.Context(), "lru:{lives:f:}:lease:*").Result()
		if err != nil || len(keys) != 1 {
			t.Fatalf("leases %v, %v", keys, err)
		}
		value, _ := renewed.Get(t.Context(), keys[0]).Result()
		_, beat, _ := strings.Cut(value, "/")
		n, _ := strconv.Atoi(beat)
		return n >= 6 // twice the lease
	})
	same(t, "5", holder.ask(t, ""))
	same(t, "0", other.answer(t))
}
