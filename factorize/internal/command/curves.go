package command

import (
	"context"
	"fmt"
	"io"
	"math/big"
	"os/exec"
	"strings"
	"time"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
	"github.com/pythonweb/goweb/factorize"
	"github.com/pythonweb/goweb/factorize/internal/chart"
)

// A peer is another program that factors, if it is installed.
type peer struct {
	name  string
	bits  int // of the longest numbers that it is asked for
	args  []string
	input func(numbers []*big.Int) string
}

func peers() []peer {
	return []peer{
		{"factor", 72, nil, func(numbers []*big.Int) string { return lines(numbers, "%v\n") }},
		{"gp", 200, []string{"-q", "-f"}, func(numbers []*big.Int) string {
			return "default(factor_proven,0);\n" + lines(numbers, "factor(%v);\n")
		}},
	}
}

func lines(numbers []*big.Int, format string) string {
	var s strings.Builder
	for _, n := range numbers {
		fmt.Fprintf(&s, format, n)
	}
	return s.String()
}

// largestBits is the size that the charts reach when nobody asks for another.
const largestBits = 160

// sizes are the bits of the products of two primes up to the largest, and how many of them are measured.
func sizes(largest int) [][2]int {
	var within [][2]int
	for _, size := range [][2]int{
		{40, 1000},
		{48, 1000},
		{56, 500},
		{64, 300},
		{80, 50},
		{96, 20},
		{112, 10},
		{128, 6},
		{144, 2},
		{largestBits, 1},
	} {
		if size[0] <= largest {
			within = append(within, size)
		}
	}
	return within
}

// bySize measures the processor time of one number against its size, up to the largest.
func bySize(ctx context.Context, t *console.Terminal, largest int) (chart.Chart, error) {
	c := chart.Chart{
		Title:     "Time by size",
		X:         "bits of the product of two primes",
		Y:         "ms for one number",
		Logarithm: true,
	}
	ours := chart.Line{Name: "factorize"}
	f := factorize.NewFactorizer(1)
	for _, size := range sizes(largest) {
		numbers := semiprimes(size[1], size[0])
		start := processorTime()
		for _, n := range numbers {
			if _, err := f.Primes(ctx, n); err != nil {
				return c, err
			}
		}
		ours.Points = append(ours.Points, pointOf(size, processorTime()-start))
	}
	c.Lines = append(c.Lines, ours)
	for _, p := range peers() {
		path, err := exec.LookPath(p.name)
		if err != nil {
			t.Notef("%s is not installed", p.name)
			continue
		}
		line, err := p.line(ctx, path, min(p.bits, largest))
		if err != nil {
			return c, err
		}
		c.Lines = append(c.Lines, line)
	}
	return c, nil
}

// line measures the peer up to the largest size, without the time that it takes to start.
func (p peer) line(ctx context.Context, path string, largest int) (chart.Line, error) {
	line := chart.Line{Name: p.name}
	begin, err := p.time(ctx, path, nil)
	if err != nil {
		return line, err
	}
	for _, size := range sizes(largest) {
		took, err := p.time(ctx, path, semiprimes(size[1], size[0]))
		if err != nil {
			return line, err
		}
		line.Points = append(line.Points, pointOf(size, took-begin))
	}
	return line, nil
}

func (p peer) time(ctx context.Context, path string, numbers []*big.Int) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, path, p.args...)
	cmd.Stdin, cmd.Stdout = strings.NewReader(p.input(numbers)), io.Discard
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("measure %s: %w", p.name, err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

func pointOf(size [2]int, took time.Duration) chart.Point {
	return chart.Point{X: float64(size[0]), Y: max(took.Seconds(), 1e-6) * 1000 / float64(size[1])}
}

// byCores measures how many times as fast a set is on some cores as on one.
func byCores(ctx context.Context, cores, largest int) (chart.Chart, error) {
	c := chart.Chart{Title: "Speed-up by cores", X: "cores", Y: "times as fast as on one"}
	numbers := semiprimes(16, min(128, largest))
	line := chart.Line{Name: "factorize"}
	for n := 1; n <= cores; n++ {
		one, many, err := measure(ctx, n, numbers)
		if err != nil {
			return c, err
		}
		line.Points = append(line.Points, chart.Point{X: float64(n), Y: rounded(one.Seconds() / many.Seconds())})
	}
	c.Lines = append(c.Lines, line)
	return c, nil
}

// show prints the charts, and draws them into the file if there is one.
func show(t *console.Terminal, path string, charts ...chart.Chart) error {
	for i := range charts {
		if !t.JSON() {
			if err := charts[i].Text(t.Out); err != nil {
				return err
			}
			continue
		}
		for _, l := range charts[i].Lines {
			for _, p := range l.Points {
				if err := t.Value(pointJSON{charts[i].Title, l.Name, charts[i].X, p.X, charts[i].Y, p.Y}); err != nil {
					return err
				}
			}
		}
	}
	if path == "" {
		return nil
	}
	return atomicfile.Write(path, 0o644, func(w io.Writer) error { return chart.SVG(w, charts...) })
}

// pointJSON is a point for machines.
type pointJSON struct {
	Chart   string  `json:"chart"`
	Program string  `json:"program"`
	XAxis   string  `json:"x_axis"`
	X       float64 `json:"x"`
	YAxis   string  `json:"y_axis"`
	Y       float64 `json:"y"`
}
