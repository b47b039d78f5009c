package command

import (
	"bufio"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/junksort"
)

// show tells the user what a run does.
type show struct {
	t        *console.Terminal
	out      *bufio.Writer
	live     bool // print each file as it is moved
	progress *console.Progress

	mu   sync.Mutex
	last int // the progress shown so far
	err  error
	told map[complaint]int // how many files have a complaint; nil where each is told
}

// complaint is one message that may apply to many files.
type complaint struct {
	action junksort.Action
	reason string
}

// enough is how many files with the same complaint are named; the rest are only counted.
const enough = 20

func newShow(t *console.Terminal, live bool) *show {
	s := &show{t: t, out: bufio.NewWriter(t.Out), live: live}
	if !live {
		s.told = map[complaint]int{}
	}
	return s
}

func (s *show) observer() junksort.Observer {
	if s.t.JSON() {
		return junksort.Observer{Result: s.result}
	}
	if s.live && !s.t.Quiet() {
		return junksort.Observer{Result: s.result, Problem: s.problem}
	}
	return junksort.Observer{Problem: s.problem, Progress: s.step}
}

// result prints one JSON object per file.
func (s *show) result(r junksort.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.t.JSON() && (r.Action == junksort.Failed || r.Action == junksort.Noted) {
		return // a problem
	}
	err := printResult(s.t, s.out, r, false)
	if err == nil && s.live {
		err = s.out.Flush()
	}
	if err != nil && s.err == nil {
		s.err = err
	}
}

// problem prints what the user has to know: files that stay.
func (s *show) problem(r junksort.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := (complaint{r.Action, r.Reason}); s.told != nil && r.Reason != "" {
		if s.told[c]++; s.told[c] > enough {
			return
		}
	}
	switch r.Action {
	case junksort.Failed:
		s.clear()
		if r.To != "" { // an archive that was unpacked, as far as it could be
			s.t.Warnf("%s was unpacked into %s, but %s", quote(r.From), quote(r.To), console.Line(r.Reason))
			break
		}
		s.t.Warnf("%s stays: %s", quote(r.From), console.Line(r.Reason))
	case junksort.Moved, junksort.Returned:
		s.clear()
		s.t.Notef("%s is now in %s %s", quote(r.From), quote(r.To), console.Line(r.Reason))
	case junksort.Noted:
		s.clear()
		s.t.Notef("%s: %s", quote(r.From), console.Line(r.Reason))
	case junksort.Left:
		s.clear()
		s.t.Warnf("%s was not returned to %s: %s", quote(r.From), quote(r.To), console.Line(r.Reason))
	}
}

func (s *show) clear() {
	if s.progress != nil {
		s.progress.Done()
	}
}

func (s *show) step(done, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.progress == nil {
		s.progress = s.t.Progress("files", int64(total))
	}
	s.progress.Add(int64(done - s.last))
	s.last = done
}

// finish prints the summary.
func (s *show) finish(summary junksort.Summary, failure error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	s.tellMore()
	if s.t.JSON() {
		if err := printSummary(s.out, summary, false); err != nil {
			return err
		}
	} else if failure == nil && !s.t.Quiet() {
		fmt.Fprintln(s.out, sentence(summary))
	}
	if err := s.out.Flush(); err != nil && s.err == nil {
		s.err = err
	}
	return s.err
}

// tellMore says how many files have a complaint besides those that were named.
func (s *show) tellMore() {
	for _, c := range slices.SortedFunc(maps.Keys(s.told), func(a, b complaint) int {
		return cmp.Or(cmp.Compare(a.action, b.action), cmp.Compare(a.reason, b.reason))
	}) {
		n := s.told[c] - enough
		if n <= 0 {
			continue
		}
		more := "and " + plural(n, "more file")
		switch c.action {
		case junksort.Failed:
			s.t.Warnf("%s: %s", more, console.Line(c.reason))
		case junksort.Left:
			s.t.Warnf("%s not returned: %s", more, console.Line(c.reason))
		default:
			s.t.Notef("%s: %s", more, console.Line(c.reason))
		}
	}
}

// sentence says what a run did.
func sentence(s junksort.Summary) string {
	var parts []string
	add := func(n int, format string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(format, plural(n, "file")))
		}
	}
	add(s.Moved, "moved %s")
	switch {
	case s.Put == 1:
		parts = append(parts, "put 1 file aside as a duplicate")
	default:
		add(s.Put, "put %s aside as duplicates")
	}
	add(s.Returned, "returned %s")
	add(s.Skipped, "skipped %s")
	if s.Unpacked > 0 {
		parts = append(parts, "unpacked "+plural(s.Unpacked, "archive"))
	}
	if s.Folders > 0 {
		parts = append(parts, "removed "+plural(s.Folders, "empty folder"))
	}
	if len(parts) == 0 {
		if !s.Complete() {
			return "nothing was done"
		}
		return "nothing to do"
	}
	text := strings.Join(parts, ", ")
	if s.Run > 0 {
		text += " (run " + strconv.Itoa(s.Run) + ")"
	}
	return text
}

// fileLine is the JSON object of one file. A path that is not UTF-8 has its exact bytes in base64 beside it.
type fileLine struct {
	Action    junksort.Action `json:"action"`
	From      string          `json:"from"`
	FromBytes string          `json:"from_bytes,omitempty"`
	To        string          `json:"to,omitempty"`
	ToBytes   string          `json:"to_bytes,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	DryRun    bool            `json:"dry_run,omitempty"`
}

// summaryLine is the JSON object at the end.
type summaryLine struct {
	Summary counts `json:"summary"`
	DryRun  bool   `json:"dry_run,omitempty"`
}

type counts struct {
	Run          int `json:"run"`
	Moved        int `json:"moved"`
	Deduplicated int `json:"deduplicated"`
	Skipped      int `json:"skipped"`
	Failed       int `json:"failed"`
	Unpacked     int `json:"unpacked"`
	Returned     int `json:"returned"`
	Left         int `json:"left"`
	Folders      int `json:"folders_removed"`
}

func printSummary(w io.Writer, s junksort.Summary, dry bool) error {
	return json.NewEncoder(w).Encode(summaryLine{DryRun: dry, Summary: counts{
		Run: s.Run, Moved: s.Moved, Deduplicated: s.Put, Skipped: s.Skipped, Failed: s.Failed, Unpacked: s.Unpacked,
		Returned: s.Returned, Left: s.Left, Folders: s.Folders,
	}})
}

func printResult(t *console.Terminal, w io.Writer, r junksort.Result, dry bool) error {
	if t.JSON() {
		line := fileLine{
			Action: r.Action, From: r.From, FromBytes: exact(r.From), To: r.To, ToBytes: exact(r.To), Reason: r.Reason,
			DryRun: dry,
		}
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(line)
	}
	var err error
	switch r.Action {
	case junksort.Moved, junksort.Returned:
		_, err = fmt.Fprintf(w, "%s -> %s%s\n", console.Line(r.From), console.Line(r.To), aside(r.Reason))
	case junksort.Left:
		_, err = fmt.Fprintf(w, "%s: stays, %s\n", console.Line(r.From), console.Line(r.Reason))
	case junksort.PutAside:
		_, err = fmt.Fprintf(w, "%s: duplicate, put aside\n", console.Line(r.From))
	case junksort.Failed, junksort.Skipped:
		_, err = fmt.Fprintf(w, "%s: stays, %s\n", console.Line(r.From), console.Line(r.Reason))
	case junksort.Noted:
		_, err = fmt.Fprintf(w, "%s: %s\n", console.Line(r.From), console.Line(r.Reason))
	case junksort.Unpacked:
		_, err = fmt.Fprintf(w, "%s: unpacked into %s\n", console.Line(r.From), console.Line(r.To))
	}
	return err
}

// aside shows what else there is to say about a file that goes somewhere.
func aside(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + console.Line(reason) + ")"
}

func exact(path string) string {
	if utf8.ValidString(path) {
		return ""
	}
	return base64.StdEncoding.EncodeToString([]byte(path))
}

// quote shows a path in a message.
func quote(path string) string { return `"` + console.Line(path) + `"` }
