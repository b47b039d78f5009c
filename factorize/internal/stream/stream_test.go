package stream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/factorize"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func answer(t *testing.T, o Options, input io.Reader) (out, notes string, r Result) {
	t.Helper()
	o.Factorizer = factorize.NewFactorizer(o.Workers)
	var stdout, stderr bytes.Buffer
	r, err := Run(t.Context(), []Source{{Reader: input}}, &stdout, &stderr, o)
	if err != nil {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), r
}

// pieces reads a text in pieces of the given size.
type pieces struct {
	text string
	size int
}

func (p *pieces) Read(b []byte) (int, error) {
	n := copy(b[:min(len(b), p.size)], p.text)
	p.text = p.text[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// However the input is cut, and however many workers there are, the answer is the same.
func TestPieces(t *testing.T) {
	var text, want strings.Builder
	for i := 1; i < 3000; i++ {
		n := uint64(i) * 123456789
		fmt.Fprintf(&text, "%s%d%s", strings.Repeat("0", i%5), n, []string{"\n", " ", "\r\n", "\t\n\n"}[i%4])
		fmt.Fprintf(&want, "%d:", n)
		for _, p := range factorize.AppendPrimes(nil, n) {
			fmt.Fprintf(&want, " %d", p)
		}
		want.WriteByte('\n')
	}
	for _, workers := range []int{1, 2, 9} {
		for _, size := range []int{1, 7, 1000, 1 << 20} {
			out, notes, r := answer(t, Options{Format: Primes, Workers: workers}, &pieces{text.String(), size})
			if out != want.String() || notes != "" || r != (Result{}) {
				t.Errorf("%d workers, pieces of %d: wrong answer, %q, %+v", workers, size, notes, r)
			}
		}
	}
}

func TestOverlongToken(t *testing.T) {
	for _, size := range []int{4096, 1 << 22} {
		text := "6\n" + strings.Repeat("9", 3*MaxToken) + " 15\nx"
		out, notes, r := answer(t, Options{Format: Primes, Workers: 2}, &pieces{text, size})
		if out != "6: 2 3\n15: 3 5\n" || r.Refused != 2 || !strings.Contains(notes, "line 2: ") ||
			!strings.Contains(notes, tooLong) {
			t.Errorf("pieces of %d: %q, %.300q, %+v", size, out, notes, r)
		}
	}
}

// endless is numbers without end, after a hard one; it counts how much was read, by a goroutine that may still be in
// a read when Run has returned.
type endless struct {
	begin string
	read  atomic.Int64
	limit int64
}

func (e *endless) Read(b []byte) (int, error) {
	if e.read.Load() >= e.limit {
		return 0, io.EOF
	}
	n := copy(b, e.begin)
	e.begin = e.begin[n:]
	for n+4 <= len(b) {
		n += copy(b[n:], "720\n")
	}
	e.read.Add(int64(n))
	return n, nil
}

// While the oldest batch is not finished, as much as the window may hold is answered, and then no more is begun.
func TestWindowIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		w := newWindow(&out, io.Discard)
		const size = 64 << 10
		var begun atomic.Int64
		go func() {
			for sequence := 1; sequence <= 10*maxHeld/size; sequence++ {
				w.room()
				begun.Store(int64(sequence))
				if _, err := w.finish(sequence, text{out: make([]byte, size)}); err != nil {
					t.Error(err)
				}
			}
		}()
		synctest.Wait()
		if n := begun.Load() * size; n != maxHeld {
			t.Errorf("%d bytes are held, not %d", n, maxHeld)
		}
		if _, err := w.finish(0, text{}); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if n := begun.Load() * size; n != 10*maxHeld || out.Len() != 10*maxHeld {
			t.Errorf("%d bytes are answered and %d written, of %d", n, out.Len(), 10*maxHeld)
		}
	})
}

func TestMemory(t *testing.T) {
	in := &endless{limit: int64(consoletest.Count(4<<20, 800<<20))}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Run(
		t.Context(),
		[]Source{{Reader: in}},
		io.Discard,
		io.Discard,
		Options{Workers: 2, Factorizer: factorize.NewFactorizer(2)},
	)
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); err != nil || grown > 64<<20 {
		t.Errorf("%d bytes for %d bytes of input: %v", grown, in.read.Load(), err)
	}
}

// A finished line is written as soon as the input pauses.
func TestPause(t *testing.T) {
	for _, workers := range []int{1, 2} {
		in, feed := io.Pipe()
		read, out := io.Pipe()
		done := make(chan error)
		go func() {
			_, err := Run(
				t.Context(),
				[]Source{{Reader: in}},
				out,
				io.Discard,
				Options{Workers: workers, Factorizer: factorize.NewFactorizer(workers)},
			)
			done <- err
		}()
		answer := make([]byte, 100)
		for range 3 {
			if _, err := io.WriteString(feed, "6\n7"); err != nil {
				t.Fatal(err)
			}
			n, err := read.Read(answer)
			if got := string(answer[:n]); got != "6: 1 2 3 6\n" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
			if _, err := io.WriteString(feed, "\n"); err != nil {
				t.Fatal(err)
			}
			n, err = read.Read(answer)
			if got := string(answer[:n]); got != "7: 1 7\n" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		}
		_ = feed.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// A mark at the start of the input is skipped, however the input is cut; elsewhere it is none.
func TestMark(t *testing.T) {
	for _, size := range []int{1, 2, 3, 100} {
		out, notes, r := answer(t, Options{Workers: 1, Format: Primes}, &pieces{mark + "12\r\n35\n" + mark + "6", size})
		if out != "12: 2 2 3\n35: 5 7\n" || r.Refused != 1 || !strings.Contains(notes, `line 3: "\ufeff6"`) {
			t.Errorf("pieces of %d: %q, %q", size, out, notes)
		}
	}
	for _, text := range []string{"", "\xef", "\xef\xbb"} {
		if out, _, r := answer(t, Options{Workers: 1}, strings.NewReader(text)); out != "" ||
			r.Refused != len(text[:min(len(text), 1)]) {
			t.Errorf("%q: %q, %v", text, out, r)
		}
	}
	o := Options{Workers: 1, Factorizer: factorize.NewFactorizer(1)}
	for _, text := range []string{"\xff\xfe1\x00", "\xfe\xff\x001"} {
		in := []Source{{Reader: strings.NewReader(text)}}
		if _, err := Run(t.Context(), in, io.Discard, io.Discard, o); !errors.Is(err, errUTF16) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Shards answer every place once, however the input is cut, and count all of them.
func TestShards(t *testing.T) {
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&text, "%d%s", i, []string{"\n", " ", " x\n", " 2^3 "}[i%4])
	}
	for _, size := range []int{1, 1000} {
		whole, _, all := answer(t, Options{Workers: 2, Format: Primes, Records: true}, &pieces{text.String(), size})
		lines := strings.SplitAfter(whole, "\n")
		if all.Places != len(lines)-1 || all.Places != 3000 {
			t.Fatalf("%d places, %d records", all.Places, len(lines)-1)
		}
		for index := range 3 {
			o := Options{Workers: 2, Format: Primes, Records: true, Shard: Shard{index, 3}}
			out, _, r := answer(t, o, &pieces{text.String(), size})
			var want strings.Builder
			for i := index; i < all.Places; i += 3 {
				want.WriteString(lines[i])
			}
			if out != want.String() || r.Places != all.Places {
				t.Errorf("shard %d in pieces of %d: %d places, %.200q\nwant %.200q", index, size, r.Places, out, want.String())
			}
		}
	}
}

// Blanks belong to an expression unless they stand between two operands.
func TestExpressions(t *testing.T) {
	text := "2 ^ 7 - 1 12 (2 + 3) ! 6\n 7 # 2 +\n3\n"
	for _, size := range []int{1, 100} {
		out, notes, _ := answer(t, Options{Workers: 2, Format: Count, Expressions: true}, &pieces{text, size})
		if out != "127: 2\n12: 6\n120: 16\n6: 4\n210: 16\n3: 2\n" ||
			notes != "factorize: line 2: \"2 +\" is not an expression: it ends too early\n" {
			t.Errorf("%q, %q", out, notes)
		}
	}
}
