package junksort

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/pattern"
)

// Whatever names files exchange, each step finds its name free, and at the end each has the one it was to get.
func TestStepsOfARenaming(t *testing.T) {
	f := &tree.Folder{}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 2000 {
		n := 1 + random.IntN(8)
		wanted := random.Perm(n + random.IntN(3))
		lies := map[string]string{} // whose file has a name
		var list []naming
		for i := range n {
			from, to := fmt.Sprint(i), fmt.Sprint(wanted[i%len(wanted)])
			lies[from] = from
			if from != to {
				list = append(list, naming{in: f, from: from, to: to})
			}
		}
		for _, m := range steps(list, "token") {
			from, to := m.Name.String(), m.NewName.String()
			if _, taken := lies[to]; taken {
				t.Fatalf("round %d: %s goes to %s, which is taken: %v", round, from, to, list)
			}
			file, there := lies[from]
			if !there {
				t.Fatalf("round %d: there is no %s: %v", round, from, list)
			}
			delete(lies, from)
			lies[to] = file
		}
		for _, n := range list {
			if lies[n.to] != n.from {
				t.Fatalf("round %d: %s has the file of %s, not of %s: %v", round, n.to, lies[n.to], n.from, list)
			}
		}
	}
}

// A renaming that was stopped between two names of a file is finished by whatever run comes next: nobody is left with
// a name for the time being.
func TestRenamingIsFinishedByTheNextRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"12.md", "21.md"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, err := pattern.New(pattern.Options{Find: `^(\d)(\d)$`, Pattern: "{2}{1}"})
	if err != nil {
		t.Fatal(err)
	}
	stopped := errors.New("stopped")
	_, err = RenameFiles(t.Context(), dir, p, Options{}, Observer{at: func(step string) error {
		if step == "moved" {
			return stopped
		}
		return nil
	}})
	if !errors.Is(err, stopped) {
		t.Fatal(err)
	}
	if _, err := Sort(t.Context(), dir, Options{Include: []string{"none"}}, Observer{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"12.md": "21.md", "21.md": "12.md"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
