package command

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/factorize"
	"github.com/urfave/cli/v2"
)

// A set is a list of numbers to measure with.
type set struct {
	name, meaning string
	repeat        int // how often the numbers are factored
	numbers       func() []*big.Int
}

func sets() []set {
	return []set{
		{"course", "128, 255, 99999 and 10651060, the course's check", 20000, func() []*big.Int {
			return []*big.Int{big.NewInt(128), big.NewInt(255), big.NewInt(99999), big.NewInt(10651060)}
		}},
		{"random64", "random numbers of 64 bits", 1, func() []*big.Int { return randomNumbers(20000, 64) }},
		{"semiprimes64", "products of two primes of 32 bits", 1, func() []*big.Int { return semiprimes(4000, 64) }},
		{"semiprimes128", "products of two primes of 64 bits", 1, func() []*big.Int { return semiprimes(16, 128) }},
		{"hard", "one product of two primes of 25 digits", 1, func() []*big.Int { return semiprimes(1, 166) }},
	}
}

// source gives the same numbers in every run.
func source(bits int) *rand.Rand { return rand.New(rand.NewPCG(uint64(bits), 5)) }

func randomNumbers(count, bits int) []*big.Int {
	r := source(bits)
	numbers := make([]*big.Int, count)
	for i := range numbers {
		numbers[i] = randomNumber(r, bits)
	}
	return numbers
}

func randomNumber(r *rand.Rand, bits int) *big.Int {
	n := new(big.Int)
	for n.BitLen() < bits {
		n.Lsh(n, 32).Or(n, big.NewInt(int64(r.Uint32())))
	}
	return n.Rsh(n, uint(n.BitLen()-bits))
}

func semiprimes(count, bits int) []*big.Int {
	r := source(bits)
	prime := func() *big.Int {
		for {
			if p := randomNumber(r, bits/2); p.ProbablyPrime(0) {
				return p
			}
		}
	}
	numbers := make([]*big.Int, count)
	for i := range numbers {
		numbers[i] = new(big.Int).Mul(prime(), prime())
	}
	return numbers
}

func benchCommand() *cli.Command {
	var names []string
	for _, s := range sets() {
		names = append(names, s.name)
	}
	return &cli.Command{
		Name:  "bench",
		Usage: "measure the same numbers on one core and on all cores",
		Description: "Each set is factored with Sequential and with Parallel, in turn; the median of three runs " +
			"counts. The speed-up is the sequential time divided by the parallel time. Unless one set is chosen, charts " +
			"follow: the speed-up by cores, and the processor time by size beside that of GNU factor and PARI (gp), if " +
			"they are installed.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "set", Usage: "measure only the set `NAME`: " + strings.Join(names, ", ")},
			&cli.StringFlag{Name: "svg", TakesFile: true, Usage: "draw the charts into `FILE` as well"},
			&cli.IntFlag{
				Name: "bits", Value: largestBits,
				Usage: "draw the charts up to numbers of `BITS`, 40 to 160",
			},
			console.FormatFlag(),
		},
		Action: bench,
	}
}

func bench(c *cli.Context) error {
	largest := c.Int("bits")
	if largest < 40 || largest > largestBits {
		return console.Errorf(console.Usage, "give 40 to 160", "--bits %d", largest)
	}
	chosen := sets()
	if name := c.String("set"); name != "" {
		i := slices.IndexFunc(chosen, func(s set) bool { return s.name == name })
		if i < 0 {
			var names []string
			for _, s := range chosen {
				names = append(names, s.name)
			}
			return console.Errorf(console.Usage, "there are "+strings.Join(names, ", "), "no set %q", name)
		}
		chosen = chosen[i : i+1]
	}
	t := console.From(c)
	cores := runtime.GOMAXPROCS(0)
	table := console.Table{Columns: []string{"set", "numbers", "sequential_ms", "parallel_ms", "cores", "speed_up"}}
	for _, s := range chosen {
		t.Notef("%s: %s", s.name, s.meaning)
		numbers := slices.Repeat(s.numbers(), s.repeat)
		sequential, parallel, err := measure(c.Context, cores, numbers)
		if err != nil {
			return err
		}
		table.Rows = append(table.Rows, []any{
			s.name, len(numbers), milliseconds(sequential), milliseconds(parallel), cores,
			rounded(sequential.Seconds() / parallel.Seconds()),
		})
	}
	if err := t.Table(table); err != nil {
		return err
	}
	if c.String("set") != "" && c.String("svg") == "" {
		return nil
	}
	speedup, err := byCores(c.Context, cores, largest)
	if err != nil {
		return err
	}
	size, err := bySize(c.Context, t, largest)
	if err != nil {
		return err
	}
	if busy := load(); busy > 1.5*float64(cores) {
		t.Notef("the machine is busy (load %.1f on %d cores): the speed-up means little", busy, cores)
	}
	return show(t, c.String("svg"), speedup, size)
}

// load is how many processes wanted a core in the last minute, or 0 where that is not known.
func load() float64 {
	var average float64
	text, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		_, _ = fmt.Sscan(string(text), &average)
	}
	return average
}

func milliseconds(d time.Duration) float64 { return rounded(d.Seconds() * 1000) }

func rounded(x float64) float64 { return float64(int(x*100+0.5)) / 100 }

// measure times both ways in turn, and returns the middle of three runs of each. Both must agree.
func measure(ctx context.Context, cores int, numbers []*big.Int) (sequential, parallel time.Duration, err error) {
	var times [2][]time.Duration
	for range 3 {
		var lists [2][][]*big.Int
		for way, workers := range [2]int{1, cores} {
			start := time.Now()
			if lists[way], err = factorize.Parallel(ctx, workers, numbers...); err != nil {
				return 0, 0, err
			}
			times[way] = append(times[way], time.Since(start))
		}
		if !slices.EqualFunc(lists[0], lists[1], func(a, b []*big.Int) bool {
			return slices.EqualFunc(a, b, func(x, y *big.Int) bool { return x.Cmp(y) == 0 })
		}) {
			return 0, 0, fmt.Errorf("the parallel answers differ from the sequential ones")
		}
	}
	for way := range times {
		slices.Sort(times[way])
	}
	return times[0][1], times[1][1], nil
}
