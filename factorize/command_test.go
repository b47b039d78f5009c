package factorize_test

import (
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/factorize/internal/command"
)

func TestMain(m *testing.M) {
	consoletest.Main(m, map[string]func(){"factorize": func() { console.Main(command.New()) }})
}

func TestScripts(t *testing.T) { consoletest.Scripts(t, "testdata/script") }

func TestReadme(t *testing.T) { consoletest.Session(t, "README.md") }

// On a terminal a line tells how far a long number is; it is gone before anything else is written.
func TestProgress(t *testing.T) {
	long := "1" + strings.Repeat("0", 149) + "7"
	screen := consoletest.Terminal(t, nil, "factorize", "--primes", long)
	screen.Await(`\r\x1b\[K\d+ bits: \d+ curves up to \d+, \d+%`)
	screen.Type("\x03")
	if code := screen.Ended(); code != 130 {
		t.Errorf("exit code %d", code)
	}
	screen.Await(`\r\x1b\[K(\^C)?factorize: interrupted\r\n$`)

	quiet := consoletest.Terminal(t, nil, "factorize", "--primes", "--quiet", "--timeout", "1s", long)
	if code := quiet.Ended(); code != 3 || strings.Contains(quiet.Text(), "\x1b[K") {
		t.Errorf("code %d, %q", code, quiet.Text())
	}
}

// No answer is glued to a progress line, and none is left behind one.
func TestAnswerOnTerminal(t *testing.T) {
	const n = "46768052394593788785841241954994584605519419997291"
	screen := consoletest.Terminal(t, nil, "factorize", "--primes", "12", n)
	if code := screen.Ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	shown := false
	for _, line := range strings.Split(screen.Text(), "\r\n") {
		i := strings.LastIndex(line, "\x1b[K")
		shown = shown || i >= 0
		rest := strings.TrimPrefix(line[max(i, 0):], "\x1b[K")
		answer := strings.HasPrefix(rest, n+":") || strings.HasPrefix(rest, "12:")
		if strings.Contains(rest, "bits:") || strings.Contains(rest, ": ") && !answer {
			t.Errorf("%q", line)
		}
	}
	if !shown {
		t.Errorf("no progress was shown: %q", screen.Text())
	}
}
