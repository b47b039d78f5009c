package command_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/consoletest"
)

// junk makes a folder as people have them: equal names, nested and empty folders, odd bytes in names, odd modes and
// times, hard links and symbolic ones.
func junk(t *testing.T, dir string, files int) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	extensions := []string{".jpg", ".PNG", ".txt", ".tar.gz", ".mp3", ".xyz", "", ".py"}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var folders []string
	for i := range files/12 + 3 {
		parent := dir
		if len(folders) > 0 && random.IntN(4) > 0 {
			parent = folders[random.IntN(len(folders))]
		}
		f := filepath.Join(parent, fmt.Sprintf("folder %d", i))
		if i%9 == 4 {
			f = filepath.Join(parent, fmt.Sprintf("bad\xff\n%d", i))
		}
		must(os.MkdirAll(f, 0o755))
		folders = append(folders, f)
	}
	for i := range files {
		f := folders[random.IntN(len(folders))]
		name := fmt.Sprintf("file%d%s", random.IntN(files/5+1), extensions[random.IntN(len(extensions))])
		if i%50 == 7 {
			name = fmt.Sprintf("\x1b[31m\xfe%d.jpg", i)
		}
		path := filepath.Join(f, name)
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		must(os.WriteFile(path, fmt.Appendf(nil, "content of %d\n", i), 0o644))
		if i%40 == 3 {
			must(os.Link(path, filepath.Join(f, fmt.Sprintf("link%d.jpg", i))))
		}
		if i%60 == 5 {
			must(os.Symlink(name, filepath.Join(f, fmt.Sprintf("sym%d.jpg", i))))
		}
	}
	must(os.MkdirAll(filepath.Join(dir, "images", "inner"), 0o750))
	must(os.WriteFile(filepath.Join(dir, "images", "file1.jpg"), []byte("was there before"), 0o600))
	for i, f := range folders {
		must(os.Chmod(f, []fs.FileMode{0o755, 0o700, 0o750, 0o775, 0o2755 &^ 0o2000}[i%5]))
		at := time.Unix(1_500_000_000+int64(i), int64(i)*1001)
		must(os.Chtimes(f, at, at))
	}
	at := time.Unix(1_400_000_000, 123_456_789)
	must(os.Chtimes(dir, at, at))
}

// snapshot describes every file and folder below dir but junksort's own state, one line each.
func snapshot(t *testing.T, dir string) []string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == ".junksort" {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		below := strings.TrimPrefix(path, dir)
		line := fmt.Sprintf("%q %v %d", below, info.Mode(), info.ModTime().UnixNano())
		if info.Mode().IsRegular() {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" inode %d %q", info.Sys().(*syscall.Stat_t).Ino, content)
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// newborn begins the name that junksort's own folder has until it is whole (internal/journal, birth.go): who is killed
// meanwhile leaves it, and the next run completes it.
const newborn = ".junksort-new-"

// contents are the contents of the person's regular files, with how often each occurs. Nothing may ever change them.
func contents(lines []string) map[string]int {
	count := map[string]int{}
	for _, line := range files(lines) {
		_, content, _ := strings.Cut(line, " inode ")
		count[content]++
	}
	return count
}

// run runs junksort and kills it after some time; killed reports whether it was faster.
func run(t *testing.T, after time.Duration, args ...string) (code int, output string) {
	t.Helper()
	return runProgram(t, after, "junksort", args...)
}

func runProgram(t *testing.T, after time.Duration, program string, args ...string) (code int, output string) {
	t.Helper()
	ctx := context.Background()
	if after > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, after)
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, program, args...) // a cancelled context is a kill -9
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if cmd.ProcessState == nil {
		if ctx.Err() != nil {
			return -1, ""
		}
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

func must(t *testing.T, want int, args ...string) {
	t.Helper()
	if code, output := run(t, 0, args...); code != want {
		t.Fatalf("junksort %q exited with %d, want %d:\n%s", args, code, want, output)
	}
}

// Point 3 of the design: kill -9 at any moment, of sort, apply, undo or resume; nothing is lost, nothing doubled, and
// undo gives back the identical tree, with modes and times of folders.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "junk")
	junk(t, dir, consoletest.Count(500, 2500))
	before := snapshot(t, dir)
	count := contents(before)
	plan := filepath.Join(t.TempDir(), "plan")
	must(t, 0, "sort", "--plan", plan, dir)

	began := time.Now()
	must(t, 0, "sort", dir)
	long := time.Since(began)
	sorted := snapshot(t, dir)
	began = time.Now()
	must(t, 0, "undo", dir)
	undoLong := time.Since(began)
	if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
		t.Fatalf("undo did not give the tree back:\n%s", diff)
	}

	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	somewhen := func(d time.Duration) time.Duration { return time.Duration(random.Int64N(int64(d))) + 1 }
	killed, halfway := 0, 0
	rounds := consoletest.Count(12, 200)
	for round := 0; round < rounds || halfway < 2; round++ {
		if round > 30*rounds {
			t.Fatalf("of %d runs %d were killed, %d of them halfway through the files", round, killed, halfway)
		}
		if round%10 == 9 { // without the history of a hundred runs, which only takes time
			if err := os.RemoveAll(filepath.Join(dir, ".junksort")); err != nil {
				t.Fatal(err)
			}
			at := time.Unix(1_400_000_000, 123_456_789)
			if err := os.Chtimes(dir, at, at); err != nil {
				t.Fatal(err)
			}
		}
		command := []string{"sort", "--engine", []string{"pool", "async"}[round%2], dir}
		if round%3 == 2 {
			command = []string{"apply", plan}
		}
		code, _ := run(t, somewhen(long), command...)
		if code == -1 {
			killed++
		}
		after := snapshot(t, dir)
		if now := files(after); !slices.Equal(now, files(before)) && !slices.Equal(now, files(sorted)) {
			halfway++
		}
		if diff := cmp.Diff(count, contents(after)); diff != "" {
			t.Fatalf("round %d: after a killed %s:\n%s", round, command[0], diff)
		}
		switch round % 4 {
		case 0: // undo what there is
		case 1: // resume, killed once
			run(t, somewhen(long), "resume", dir)
			code, output := run(t, 0, "resume", dir)
			if code != 0 && code != 4 && !(code == 1 && command[0] == "apply") { // an apply is not resumed, but put in order
				t.Fatalf("round %d: resume exited with %d: %s", round, code, output)
			}
			if code == 0 {
				compareSorted(t, dir, sorted, round)
			}
		case 2: // another sort settles the first
			must(t, 0, "sort", dir)
			compareSorted(t, dir, sorted, round)
		case 3: // the undo is killed too
			run(t, somewhen(undoLong), "undo", dir)
		}
		for { // until nothing is left to undo
			code, output := run(t, 0, "undo", dir)
			if code == 4 {
				break
			}
			if code != 0 {
				t.Fatalf("round %d: undo exited with %d: %s", round, code, output)
			}
		}
		if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
			t.Fatalf("round %d: undo did not give the tree back:\n%s", round, diff)
		}
	}
	t.Logf("%d runs were killed, %d of them halfway through the files", killed, halfway)
}

// Each state that a process leaves that is killed while it makes DIR/.junksort: the next run completes the folder and
// gives DIR its times back.
func TestKilledAtBirth(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_400_000_000, 123_456_789)
	times := fmt.Sprintf("%d-%d", at.UnixNano(), at.UnixNano())
	for _, left := range [][]string{ // folders end with a slash
		{newborn + times + "/"},
		{newborn + times + "/", newborn + times + "/times-" + times},
		{".junksort/", ".junksort/times-" + times},
	} {
		dir := filepath.Join(t.TempDir(), "junk")
		junk(t, dir, 20)
		before := snapshot(t, dir)
		for _, name := range left {
			path := filepath.Join(dir, name)
			if strings.HasSuffix(name, "/") {
				if err := os.Mkdir(path, 0o700); err != nil {
					t.Fatal(err)
				}
			} else if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(contents(before), contents(snapshot(t, dir))); diff != "" {
			t.Errorf("%q: a file of junksort's counts as one of the person's:\n%s", left, diff)
		}
		must(t, 0, "sort", dir)
		must(t, 0, "undo", dir)
		if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
			t.Errorf("%q: undo did not give the tree back:\n%s", left, diff)
		}
	}
}

// compareSorted checks that a run that was killed and finished ended like one that was not. Times of folders differ.
func compareSorted(t *testing.T, dir string, want []string, round int) {
	t.Helper()
	if diff := cmp.Diff(files(want), files(snapshot(t, dir))); diff != "" {
		t.Fatalf("round %d: the finished tree differs from an undisturbed one:\n%s", round, diff)
	}
}

// files are the lines of the person's regular files.
func files(lines []string) []string {
	var list []string
	for _, line := range lines {
		if strings.Contains(line, " inode ") && !strings.HasPrefix(line, `"/`+newborn) {
			list = append(list, line)
		}
	}
	return list
}

// Both engines end with identical trees, whatever the number of workers, and the journals mean the same: undo proves
// it.
func TestEngines(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "junk")
	junk(t, dir, 200)
	before := snapshot(t, dir)
	for _, flags := range [][]string{
		{},
		{"--by", "extension"},
		{"--on-conflict", "larger"},
		{"--on-conflict", "dedupe"},
		{"--portable"},
	} {
		var want []string
		for _, engine := range []string{"pool", "async"} {
			for _, workers := range []string{"1", "7"} {
				must(t, 0, append([]string{"sort", "--engine", engine, "--workers", workers, dir}, flags...)...)
				got := files(snapshot(t, dir))
				if want == nil {
					want = got
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s with %s workers %v:\n%s", engine, workers, flags, diff)
				}
				must(t, 0, "undo", dir)
				if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
					t.Fatalf("undo of %s with %s workers %v:\n%s", engine, workers, flags, diff)
				}
			}
		}
	}
}
