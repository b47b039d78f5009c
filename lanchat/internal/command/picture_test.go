package command_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
)

// picture is a program in a real terminal, of which one sees what a person would.
type picture struct {
	t      *testing.T
	socket string
}

// framed starts a shell line in a terminal of its own.
func framed(t *testing.T, line string, width, height string) *picture {
	t.Helper()
	consoletest.Need(t, "tmux", "tmux")
	p := &picture{t, filepath.Join(t.TempDir(), "tmux")}
	p.tmux("-f", "/dev/null", "-u", "new-session", "-d", "-x", width, "-y", height, line)
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", p.socket, "kill-server").Run() })
	return p
}

func (p *picture) tmux(args ...string) string {
	p.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", p.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TERM=xterm-256color")
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %v: %v: %s", args, err, out)
	}
	return string(out)
}

// await waits for a picture that matches, and returns it.
func (p *picture) await(re string) string {
	p.t.Helper()
	wanted := regexp.MustCompile(re)
	for begun := time.Now(); ; {
		text := p.tmux("capture-pane", "-p")
		if wanted.MatchString(text) {
			return text
		}
		if time.Since(begun) > patience {
			p.t.Fatalf("the terminal never shows %q, but:\n%s", re, text)
		}
	}
}

// TestChatPicture looks at the chat in a real terminal: every script is there whole, lines break between words and
// never beyond the edge, and what is typed stands where the cursor is.
func TestChatPicture(t *testing.T) {
	t.Parallel()
	const width = 40
	theirs := t.TempDir()
	l := listen(t, theirs, "")
	mine, data := t.TempDir(), t.TempDir()
	p := framed(t, "lanchat chat --no-mdns --data "+mine+" --listen 127.0.0.1:0 "+l.address, strconv.Itoa(width), "20")
	p.await("lanchat")
	address := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(run(t, "lanchat", "id", "--data", mine))
	for _, tc := range []struct{ name, text, shown string }{
		{"right to left", "שלום עולם, مرحبا بالعالم", "שלום עולם, مرحبا بالعالم"},
		{"CJK", "你好世界 こんにちは 안녕하세요", "你好世界 こんにちは 안녕하세요"},
		{"emoji", "smile 😀 flag 🇺🇦 thumb 👍 end", "smile 😀 flag 🇺🇦 thumb 👍 end"},
		{"combining", "e\u0301te\u0301 і\u0308жак", "e\u0301te\u0301 і\u0308жак"},
		{"words", "extraordinarily incomprehensible responsibilities notwithstanding acknowledgement", ""},
		{"CJK without spaces", strings.Repeat("漢字仮名交", 12), ""},
		{"one long word", strings.Repeat("abcdefghij", 9), ""},
	} {
		begin, end := "<"+tc.name, tc.name+">"
		run(t, "lanchat", "send", "--no-mdns", "--data", data, address, begin+"\n"+tc.text+"\n"+end)
		seen := p.await(regexp.QuoteMeta(end))
		_, part, _ := strings.Cut(seen, begin)
		part, _, _ = strings.Cut(part, end)
		var words []string
		for line := range strings.SplitSeq(part, "\n") {
			if w := console.Width(line); w > width {
				t.Errorf("%s: a line of %d columns: %q", tc.name, w, line)
			}
			words = append(words, strings.Fields(line)...)
		}
		wanted, got := strings.Fields(tc.text), words
		if !strings.Contains(tc.text, " ") { // it is broken where it must
			got = []string{strings.Join(words, "")}
		}
		if strings.Join(got, " ") != strings.Join(wanted, " ") {
			t.Errorf("%s: shown as %q:\n%s", tc.name, words, seen)
		}
		if tc.shown != "" && !strings.Contains(part, tc.shown) {
			t.Errorf("%s: not on one line:\n%s", tc.name, seen)
		}
	}
	for _, typed := range []string{"日本 שלום 👍!", "two\nlines"} {
		p.tmux("set-buffer", typed)
		p.tmux("paste-buffer", "-p")
		last := typed[strings.LastIndexByte(typed, '\n')+1:]
		p.await(`(?m)^[> ] ` + regexp.QuoteMeta(last) + `$`)
		x := strings.Fields(p.tmux("display-message", "-p", "#{cursor_x}"))[0]
		if want := 2 + console.Width(last); x != strconv.Itoa(want) {
			t.Errorf("behind %q the cursor is at %s, want %d", last, x, want)
		}
		p.tmux("send-keys", "Enter")
		waitText(t, theirs, typed)
	}
}
