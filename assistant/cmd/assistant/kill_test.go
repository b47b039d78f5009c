package main

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// TestKilled: whatever the assistant has confirmed is in the store, at whatever moment it is killed.
func TestKilled(t *testing.T) {
	t.Parallel()
	store := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
	confirmed := map[string]bool{}
	for round := range consoletest.Count(5, 200) {
		cmd := exec.Command("assistant", "--store", store)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		go func() {
			for i := range 1000 {
				// The end of this is that the program is killed.
				if _, err := fmt.Fprintf(in, "contact add --name r%d-%d\n", round, i); err != nil {
					return
				}
			}
		}()
		lines := bufio.NewReader(out)
		for range 1 + round*7%13 {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			confirmed[strings.Fields(line)[1]] = true
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		// What was in the pipe already has been confirmed, too; a torn line has not.
		rest, _ := io.ReadAll(lines)
		for line := range strings.Lines(string(rest)) {
			if strings.HasSuffix(line, ")\n") {
				confirmed[strings.Fields(line)[1]] = true
			}
		}
		_ = cmd.Wait()

		list, err := exec.Command("assistant", "--store", store, "contact", "list", "--json").Output()
		if err != nil {
			t.Fatalf("after a kill: %v", err)
		}
		for name := range confirmed {
			if !strings.Contains(string(list), `"name":"`+name+`"`) {
				t.Errorf("round %d: %s was confirmed, and is lost", round, name)
			}
		}
	}
}
