package systemd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/systemd"
)

func ExampleWord() {
	fmt.Println("ExecStart=" + systemd.Word("/opt/my tools/backup") + " --keep " + systemd.Word("50%"))
	// Output: ExecStart="/opt/my tools/backup" --keep 50%%
}

func TestInstall(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	const mark = "# mine\n"
	for _, text := range []string{"first\n", "second\n"} {
		paths, err := systemd.Install(mark, systemd.Unit{Name: "a.service", Text: mark + text})
		if err != nil || len(paths) != 1 || paths[0] != filepath.Join(dir, "systemd/user/a.service") {
			t.Fatal(paths, err)
		}
		if got, _ := os.ReadFile(paths[0]); string(got) != mark+text {
			t.Errorf("%q", got)
		}
	}
	// A unit of somebody else stays, and none of the others is written.
	foreign := filepath.Join(dir, "systemd/user/b.timer")
	if err := os.WriteFile(foreign, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	mine := []systemd.Unit{{Name: "a.service", Text: mark + "third\n"}, {Name: "b.timer", Text: mark}}
	_, err := systemd.Install(mark, mine...)
	if err == nil || !strings.Contains(err.Error(), "b.timer exists already") {
		t.Error(err)
	}
	got, _ := os.ReadFile(foreign)
	first, _ := os.ReadFile(filepath.Join(dir, "systemd/user/a.service"))
	if string(got) != "theirs" || string(first) != mark+"second\n" {
		t.Errorf("%q, %q", got, first)
	}
}
