package lineedit

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/pythonweb/goweb/console"
)

// A terminal is what an editor writes to: cells, and a cursor that waits behind the last column.
type terminal struct {
	width       int
	rows        [][]string // a letter of two columns is followed by a cell of nothing
	row, column int
	written     int
}

func (t *terminal) Write(p []byte) (int, error) {
	t.written += len(p)
	for len(p) > 0 {
		r, n := utf8.DecodeRune(p)
		switch r {
		case '\r':
			t.column = 0
		case '\n':
			t.row++
		case '\b':
			t.column--
		case 0x1b:
			n = bytes.IndexAny(p, "ABCDJHhl") + 1
			t.escape(string(p[2:n-1]), p[n-1])
		default:
			cluster, _, _, _ := uniseg.FirstGraphemeCluster(p, -1)
			t.put(string(cluster))
			n = len(cluster)
		}
		t.reach()
		p = p[n:]
	}
	return len(p), nil
}

func (t *terminal) reach() {
	for len(t.rows) <= t.row {
		t.rows = append(t.rows, nil)
	}
}

func (t *terminal) escape(argument string, command byte) {
	n := 0
	for _, digit := range argument {
		n = n*10 + int(digit-'0')
	}
	switch command {
	case 'A':
		t.row -= n
	case 'B':
		t.row += n
	case 'C':
		t.column += n
	case 'D':
		t.column -= n
	case 'J':
		t.rows = t.rows[:t.row+1]
		t.rows[t.row] = t.rows[t.row][:min(t.column, len(t.rows[t.row]))]
	}
}

func (t *terminal) put(letter string) {
	w := console.Width(letter)
	t.reach()
	if w == 0 {
		row := t.rows[t.row]
		for i := min(t.column, len(row)) - 1; i >= 0; i-- {
			if row[i] != "" {
				row[i] += letter
				return
			}
		}
		return
	}
	if t.column+w > t.width {
		t.row, t.column = t.row+1, 0
		t.reach()
	}
	for len(t.rows[t.row]) < t.column+w {
		t.rows[t.row] = append(t.rows[t.row], " ")
	}
	t.rows[t.row][t.column] = letter
	for i := 1; i < w; i++ {
		t.rows[t.row][t.column+i] = ""
	}
	t.column += w
}

func (t *terminal) String() string {
	var lines []string
	for _, row := range t.rows {
		lines = append(lines, strings.TrimRight(strings.Join(row, ""), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// keysOf types chunks, and then nothing more.
func keysOf(chunks ...string) func(context.Context) ([]byte, error) {
	return func(ctx context.Context) ([]byte, error) {
		if len(chunks) == 0 {
			return nil, io.EOF
		}
		chunk := chunks[0]
		if chunk == "" { // a pause, which ends a wait
			<-ctx.Done()
			chunks = chunks[1:]
			return nil, ctx.Err()
		}
		chunks = chunks[1:]
		return []byte(chunk), nil
	}
}

func editor(width int, chunks ...string) (*Editor, *terminal) {
	screen := &terminal{width: width}
	return &Editor{Keys: keysOf(chunks...), Out: screen, Width: func() int { return width }}, screen
}

func TestKeys(t *testing.T) {
	for typed, want := range map[string]string{
		"hello\r":                               "hello",
		"Їжжаук\x7f\x1b[D\x7f\x05к\r":           "Їжжук",
		"one two\x17three\r":                    "one three",
		"one two\x01zero \x05\r":                "zero one two",
		"one two\x1bb\x0b\x01\x19 \r":           "two one ",
		"ab\x14\r":                              "ba",
		"e\u0301x\x7f\x7f!\r":                   "!",
		"👩‍👧x\x1b[D\x7f!\r":                     "!x",
		"a\x1b[200~b\tc\r\nd\x1b[201~e\r":       "ab\tc\nde",
		"a\x1b[200~x\x1b[31my\x07\x1b[201~b\r":  "ax[31myb",
		"a b\x1b[1;5D\x1b[3~c\x1b[H\x1bd\x19\r": "a c",
		"x\x1b[99~\x00y\r":                      "xy",
		"п'ять слів\x1b\x7f\r":                  "п'ять ",
	} {
		// At once, byte by byte: the end of a letter or of a sequence may come later.
		for _, chunks := range [][]string{{typed}, strings.Split(typed, "")} {
			e, _ := editor(20, chunks...)
			if got, err := e.Line(t.Context(), "> "); err != nil || got != want {
				t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
			}
		}
		var bytes []string
		for i := range len(typed) {
			bytes = append(bytes, typed[i:i+1])
		}
		e, _ := editor(20, bytes...)
		if got, err := e.Line(t.Context(), "> "); err != nil || got != want {
			t.Errorf("%q byte by byte: %q, %v; want %q", typed, got, err, want)
		}
	}
}

// Lines that are pasted where a line begins are lines; within a line they are a part of it.
func TestPastedLines(t *testing.T) {
	e, _ := editor(40, "\x1b[200~one\ntwo\n\x1b[201~", "\r", "x\x1b[200~three\nfour\x1b[201~\r")
	for _, want := range []string{"one", "two", "xthree\nfour"} {
		if got, err := e.Line(t.Context(), "> "); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}

func TestEnds(t *testing.T) {
	e, screen := editor(20, "abc\x03", "\x04", "half")
	if _, err := e.Line(t.Context(), "> "); !errors.Is(err, ErrInterrupted) {
		t.Errorf("Ctrl-C: %v", err)
	}
	if _, err := e.Line(t.Context(), "> "); !errors.Is(err, io.EOF) {
		t.Errorf("Ctrl-D: %v", err)
	}
	if got := screen.String(); got != "> abc^C\n>" {
		t.Errorf("%q", got)
	}
	// A line that is broken off goes on.
	e, _ = editor(20, "ha", "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Line(ctx, "> "); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	e.Keys = keysOf("lf\r")
	if got, err := e.Line(t.Context(), "> "); got != "half" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestHistoryAndSearch(t *testing.T) {
	lines := []string{"contact show Іван Франко", "note list", "search ґудзь"}
	for typed, want := range map[string]string{
		"\x1b[A\r":              "search ґудзь",
		"\x1b[A\x1b[A!\r":       "note list!",
		"new\x1b[A\x1b[B er\r":  "new er",
		"\x12ФРАНКО\r":          "contact show Іван Франко",
		"\x12s\x12\x12\x01x\r":  "xcontact show Іван Франко",
		"draft\x12list\x07!\r":  "draft!",
		"\x12list\x7f\x7fs\r":   "note list",
		"a\x12nothing\x05 b\r":  "a b",
		"\x10\x10\x0e\x0e1 2\r": "1 2",
	} {
		e, _ := editor(60, typed)
		e.History = func() []string { return lines }
		if got, err := e.Line(t.Context(), "> "); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
		}
	}
}

func TestCompletion(t *testing.T) {
	for typed, want := range map[string]string{
		"sh\t\r": "show ", "show О\tx\r": "show Олx", "show Олен\t!\r": "show Олена !", "zz\t\r": "zz",
	} {
		e, screen := editor(40, typed)
		e.Complete = func(before string) (int, []string) {
			start := strings.LastIndexByte(before, ' ') + 1
			var list []string
			for _, word := range []string{"show", "search", "Олена", "Ольга"} {
				if strings.HasPrefix(word, before[start:]) {
					list = append(list, word)
				}
			}
			return start, list
		}
		if got, err := e.Line(t.Context(), "> "); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q\n%s", typed, got, err, want, screen)
		}
	}
	e, screen := editor(40, "a Ол\t\r")
	e.Complete = func(string) (int, []string) { return 2, []string{"Олена", "Ольга"} }
	if _, err := e.Line(t.Context(), "> "); err != nil || screen.String() != "> a Ол\nОлена  Ольга\n> a Ол" {
		t.Errorf("%v\n%s", err, screen)
	}
}

// However long the line is, a letter at its end costs that letter, and one within it what comes after it.
func TestWritesWhatWasTyped(t *testing.T) {
	const letters = 8000
	var typed []string
	for range letters {
		typed = append(typed, "ж")
	}
	e, screen := editor(80, append(typed, "\r")...)
	if got, err := e.Line(t.Context(), "> "); err != nil || got != strings.Repeat("ж", letters) {
		t.Fatal(err)
	}
	if most := letters * 2 * 11 / 10; screen.written > most {
		t.Errorf("%d bytes were written for %d letters, more than %d", screen.written, letters, most)
	}
}

// After any keys the terminal shows the line, with the cursor where the editor has it.
func TestScreen(t *testing.T) {
	letters := []string{
		"a", "ж", "漢", "e\u0301", "👩‍👧", " ", "long words ", "\x1b[D", "\x1b[C", "\x7f", "\x1b[3~", "\x01", "\x05", "\x0b",
		"\x19", "\x17", "\x1bb", "\x1b[A", "\x1b[B", "\x1b[200~p\nq\x1b[201~",
	}
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 1))
		width := 4 + random.IntN(20)
		var chunks []string
		for range random.IntN(60) {
			chunks = append(chunks, letters[random.IntN(len(letters))])
		}
		e, screen := editor(width, chunks...)
		e.History = func() []string { return []string{"before", "the one before that was long"} }
		if _, err := e.Line(t.Context(), "> "); !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		want := &terminal{width: width}
		if _, err := io.WriteString(want, "> "+string(e.text)); err != nil {
			t.Fatal(err)
		}
		at := e.screen.cells[e.at].place
		if screen.String() != want.String() || (place{screen.row, screen.column}) != at {
			t.Fatalf("seed %d, width %d, %q:\n%s\nnot\n%s\ncursor %d,%d, not %v", seed, width, chunks, screen, want,
				screen.row, screen.column, at)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("a\x1b[A\x1b[200~x\x1b[201~ж\x1b"))
	f.Fuzz(func(t *testing.T, typed []byte) {
		for rest := typed; len(rest) > 0; {
			_, n := decode(rest, true)
			if n == 0 && bytes.HasPrefix(rest, []byte(pasteBegin)) {
				return
			}
			if n <= 0 || n > len(rest) {
				t.Fatalf("%q: %d bytes taken", rest, n)
			}
			rest = rest[n:]
		}
	})
}
