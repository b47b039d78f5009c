// Package systemd writes units of the user's own service manager, for commands that install a service or a timer:
//
//	const mark = "# Written by backup --install.\n"
//	paths, err := systemd.Install(mark,
//		systemd.Unit{Name: "backup.service", Text: mark + "[Service]\nExecStart=" + systemd.Word(program) + " run\n"})
package systemd

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/atomicfile"
)

// A Unit is a file such as backup.service.
type Unit struct {
	Name, Text string
}

// Word writes a word of a command line as systemd reads it (systemd.service, "Command lines").
func Word(word string) string {
	word = strings.NewReplacer("%", "%%", "$", "$$", `\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(word)
	if strings.ContainsAny(word, " \t'\"\\;") {
		return `"` + word + `"`
	}
	return word
}

// Install writes units of the user and returns their paths. All texts begin with the mark. A unit that exists and does
// not begin with it is somebody else's: it stays, and the error names it. Nothing is started.
func Install(mark string, units ...Unit) ([]string, error) {
	folder, err := console.ConfigDir("systemd")
	if err != nil {
		return nil, err
	}
	folder = filepath.Join(folder, "user")
	paths := make([]string, len(units))
	for i, u := range units {
		paths[i] = filepath.Join(folder, u.Name)
		if old, err := os.ReadFile(paths[i]); err == nil && !strings.HasPrefix(string(old), mark) {
			return nil, console.Errorf(console.Failed, "move it away, or add to it what you need",
				"%s exists already and was not written by this command", console.Line(paths[i]))
		}
	}
	if err := atomicfile.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	for i, u := range units {
		err := atomicfile.Write(paths[i], 0o644, func(w io.Writer) error {
			_, err := io.WriteString(w, u.Text)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return paths, nil
}
