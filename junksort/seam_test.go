package junksort

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/seam"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/pattern"
)

// scene is something that a run does, in a tree of its own below top, and is killed in.
type scene struct {
	name    string
	prepare func(top string) error // after the tree is made; nil for nothing
	act     func(ctx context.Context, top string, at seam.Func) error
}

// noRename is a seam that makes a file system on which nothing can be renamed safely.
func noRename(at seam.Func) seam.Func {
	return func(step string) error {
		if err := at.Step(step); err != nil || step != "copied" && step != "copied back" {
			return err
		}
		return fmt.Errorf("%w: %w", dirfd.ErrNoLink, syscall.EXDEV)
	}
}

func scenes() []scene {
	sort := func(o Options, wrap func(seam.Func) seam.Func) func(context.Context, string, seam.Func) error {
		return func(ctx context.Context, top string, at seam.Func) error {
			if wrap != nil {
				at = wrap(at)
			}
			_, err := Sort(ctx, filepath.Join(top, "junk"), o, Observer{at: at})
			return err
		}
	}
	undo := func(wrap func(seam.Func) seam.Func) func(context.Context, string, seam.Func) error {
		return func(ctx context.Context, top string, at seam.Func) error {
			if wrap != nil {
				at = wrap(at)
			}
			_, err := Undo(ctx, filepath.Join(top, "junk"), 0, Observer{at: at})
			return err
		}
	}
	// One worker: a copy under its final name that another one has just made, and not yet written down, proves nothing and
	// stays, an empty file that the person is told of.
	elsewhere := Options{Workers: 1, To: filepath.Join("/dev/shm", "junksort-steps-"+os.Getenv("JUNKSORT_SCENE_ID"))}
	trash := Options{Categories: "[[rule]]\nextension=['bak']\ntrash=true"}
	return []scene{
		{"sort", nil, sort(Options{Unpack: true, Relink: true, OnConflict: Dedupe}, nil)},
		{"trash", nil, sort(trash, nil)},
		{"copy", nil, sort(elsewhere, nil)},
		{"copy in place", nil, sort(elsewhere, noRename)},
		{"rename", nil, func(ctx context.Context, top string, at seam.Func) error {
			p, err := pattern.New(pattern.Options{Find: `^(\d)(\d)$`, Pattern: "{2}{1}"})
			if err != nil {
				return err
			}
			_, err = RenameFiles(ctx, filepath.Join(top, "junk"), p, Options{}, Observer{at: at})
			return err
		}},
		{"undo", func(top string) error {
			return sort(Options{Unpack: true, Relink: true}, nil)(context.Background(), top, nil)
		}, undo(nil)},
		{
			"undo of copies", func(top string) error { return sort(elsewhere, nil)(context.Background(), top, nil) },
			undo(nil),
		},
		{
			"undo in place", func(top string) error { return sort(elsewhere, nil)(context.Background(), top, nil) },
			undo(noRename),
		},
	}
}

// grow makes the tree of a scene.
func grow(top string) error {
	var book bytes.Buffer
	z := zip.NewWriter(&book)
	w, err := z.Create("book/one.txt")
	if err == nil {
		_, err = w.Write([]byte("of the archive"))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		return err
	}
	at := time.Unix(1_600_000_000, 0)
	for name, content := range map[string]string{
		"book.zip": book.String(), "a/1.jpg": "one", "b/1.jpg": "one more", "c/1.jpg": "one",
		"note.pdf": strings.Repeat("note", 30000),
		"old.bak":  "old", "12.md": "twelve", "21.md": "twenty-one", "empty.txt": "",
	} {
		path := filepath.Join(top, "junk", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return err
		}
		if err := os.Chtimes(path, at, at); err != nil {
			return err
		}
	}
	return os.Symlink("a/1.jpg", filepath.Join(top, "junk", "latest"))
}

// pictureOf is the tree: kinds, contents, times.
func pictureOf(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == tree.StateFolder {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%s %v", strings.TrimPrefix(path, dir), info.Mode())
		switch {
		case info.Mode().IsRegular():
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %.20q of %d, %d", content, len(content), info.ModTime().Unix())
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			line += " " + target
		}
		list = append(list, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestMain(m *testing.M) {
	if name := os.Getenv("JUNKSORT_SCENE"); name != "" {
		perform(name)
	}
	goleak.VerifyTestMain(m)
}

// perform is the child process: it plays a scene and kills itself at a step, or says which steps it has come by.
func perform(name string) {
	top, kill := os.Getenv("JUNKSORT_TOP"), os.Getenv("JUNKSORT_KILL")
	when, _ := strconv.Atoi(os.Getenv("JUNKSORT_WHEN"))
	count := map[string]int{}
	at := func(step string) error {
		if count[step]++; step == kill && count[step] == when {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil
	}
	for _, s := range scenes() {
		if s.name != name {
			continue
		}
		if err := s.act(context.Background(), top, at); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	for step, n := range count {
		fmt.Printf("%s\t%d\n", step, n)
	}
	os.Exit(0)
}

// play plays a scene in a child process.
func play(t *testing.T, name, top, kill string, when int) (steps map[string]int, killed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "JUNKSORT_SCENE="+name, "JUNKSORT_TOP="+top, "JUNKSORT_KILL="+kill,
		fmt.Sprint("JUNKSORT_WHEN=", when))
	consoletest.Tie(cmd)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if killed = ok && status.Signaled(); err != nil && !killed {
		t.Fatalf("%s, %s: %v: %s", name, kill, err, &stderr)
	}
	steps = map[string]int{}
	for line := range strings.Lines(string(out)) {
		step, n, _ := strings.Cut(strings.TrimSpace(line), "\t")
		steps[step], _ = strconv.Atoi(n)
	}
	return steps, killed
}

// Every step of every path that has to be safe is the last one of a process. Whatever it was, undo gives back the
// identical tree, also after a resume, and what a file holds is never nowhere.
func TestKilledAtEachStep(t *testing.T) {
	t.Setenv("JUNKSORT_SCENE_ID", strconv.Itoa(os.Getpid()))
	t.Setenv("XDG_DATA_HOME", filepath.Join(t.TempDir(), "data"))
	to := filepath.Join("/dev/shm", "junksort-steps-"+strconv.Itoa(os.Getpid()))
	t.Cleanup(func() { _ = os.RemoveAll(to) })
	visited := map[string]bool{}
	for _, s := range scenes() {
		setUp := func() (string, []string) {
			top := t.TempDir()
			if err := grow(top); err != nil {
				t.Fatal(err)
			}
			before := pictureOf(t, filepath.Join(top, "junk"))
			if s.prepare != nil {
				if err := s.prepare(top); err != nil {
					t.Fatal(err)
				}
			}
			return top, before
		}
		top, _ := setUp()
		steps, _ := play(t, s.name, top, "", 0)
		if err := os.RemoveAll(to); err != nil {
			t.Fatal(err)
		}
		for step, n := range steps {
			visited[step] = true
			for _, when := range visits(n) {
				for _, resume := range []bool{false, true} {
					top, before := setUp()
					if _, killed := play(t, s.name, top, step, when); !killed {
						t.Errorf("%s: nothing was killed at %q, visit %d of %d", s.name, step, when, n)
					}
					clearUp(t, filepath.Join(top, "junk"), resume)
					if diff := cmp.Diff(before, pictureOf(t, filepath.Join(top, "junk"))); diff != "" {
						t.Errorf("%s, killed at %q, visit %d of %d, resumed %v: undo did not give the tree back:\n%s", s.name, step,
							when, n, resume, diff)
					}
					if left, err := os.ReadDir(to); err == nil {
						t.Errorf("%s, killed at %q, visit %d of %d, resumed %v: %v is left in the destination",
							s.name, step, when, n,
							resume, left)
						_ = os.RemoveAll(to)
					}
				}
			}
		}
	}
	for _, step := range stepsInSource(t) {
		if !visited[step] && step != "duplicate forgotten" { // TestKilledWhileForgetting
			t.Errorf("no scene comes by the step %q", step)
		}
	}
}

// visits are those of a step at which a process is killed: the first and the last, or all of them.
func visits(n int) []int {
	list := slices.Compact([]int{1, n})
	for when := 2; when < consoletest.Count(0, n); when++ {
		list = append(list, when)
	}
	return list
}

// clearUp undoes all that is in the history of a folder.
func clearUp(t *testing.T, dir string, resume bool) {
	t.Helper()
	if resume {
		if _, err := Resume(t.Context(), dir, Observer{}); err != nil && !errors.Is(err, ErrNothing) {
			t.Errorf("resume: %v", err)
		}
	}
	for {
		var left []Result
		s, err := Undo(t.Context(), dir, 0, Observer{Problem: func(r Result) { left = append(left, r) }})
		if errors.Is(err, ErrNothing) {
			return
		}
		if err != nil || s.Left > 0 {
			t.Errorf("undo: %v, left %v", err, left)
			return
		}
	}
}

// stepsInSource returns the names of all steps.
func stepsInSource(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`\.step\("([^"]+)"\)`).FindAllSubmatch(source, -1) {
			list = append(list, string(found[1]))
		}
	}
	return list
}

// forget removes the duplicates first, so that a kill in between leaves nothing that nobody knows of.
func TestKilledWhileForgetting(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a/1.jpg", "b/1.jpg", "c/1.jpg"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755),
			os.WriteFile(path, []byte("same"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if s, err := Sort(t.Context(), dir, Options{OnConflict: Dedupe}, Observer{}); err != nil || s.Put != 2 {
		t.Fatalf("%+v, %v", s, err)
	}
	stop := errors.New("stop")
	if _, err := forget(dir, 1, time.Time{}, func(string) error { return stop }); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	list, err := forget(dir, 1, time.Time{}, nil)
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if aside, err := os.ReadDir(filepath.Join(dir, tree.StateFolder, tree.DroppedFolder)); err != nil ||
		len(aside) != 0 {
		t.Errorf("%v is left, %v", aside, err)
	}
}

// Where nothing proves after a move that a file is the one that was moved, the person hears of it at once, and once.
func TestToldWhereNothingProves(t *testing.T) {
	t.Parallel()
	for _, replaced := range []bool{false, true} {
		dir := t.TempDir()
		for _, name := range []string{"a.jpg", "b.jpg"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		at := func(step string) error {
			path := filepath.Join(dir, "images", "a.jpg")
			if _, err := os.Stat(path); step != "moved" || !replaced || err != nil {
				return nil
			}
			other := filepath.Join(dir, "images", "other") // as a file system would do that makes another file of it
			return errors.Join(os.WriteFile(other, nil, 0o644), os.Rename(other, path))
		}
		told := 0
		_, err := Sort(t.Context(), dir, Options{}, Observer{at: at, Problem: func(r Result) {
			if r.Action == Noted && r.From == "images/a.jpg" && strings.Contains(r.Reason, "undo may leave") {
				told++
			}
		}})
		if want := map[bool]int{true: 1}[replaced]; err != nil || told != want {
			t.Errorf("told %d times, want %d (%v)", told, want, err)
		}
	}
}
