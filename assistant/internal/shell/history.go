package shell

import (
	"io"
	"os"
	"strings"

	"github.com/pythonweb/goweb/console/atomicfile"
)

// historyLimit is how many lines are kept.
const historyLimit = 1000

// history is the file of earlier lines. It is a convenience: if it cannot be read or written, the session goes on
// without it. What people type there is private, so nobody else may read the file.
type history struct {
	path  string
	lines []string
	file  *os.File // nil if there is none
}

func openHistory(path string) *history {
	h := &history{path: path}
	if path == "" {
		return h
	}
	text, err := os.ReadFile(path)
	if err == nil {
		h.lines = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	if len(h.lines) > historyLimit {
		h.lines = h.lines[len(h.lines)-historyLimit:]
	}
	h.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		h.file = nil
	}
	return h
}

func (h *history) add(line string) {
	if len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	if h.file != nil {
		_, _ = h.file.WriteString(line + "\n")
	}
}

// close shortens a file that has grown too long.
func (h *history) close() error {
	if h.file == nil {
		return nil
	}
	err := h.file.Close()
	if len(h.lines) <= historyLimit {
		return err
	}
	return atomicfile.Write(h.path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(h.lines[len(h.lines)-historyLimit:], "\n")+"\n")
		return err
	})
}
