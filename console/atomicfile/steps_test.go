package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/console/atomicfile"
)

// fill writes the word new.
func fill(w io.Writer) error {
	_, err := io.WriteString(w, "new")
	return err
}

// recorder writes down every step, and lets some fail.
type recorder struct {
	steps []string
	fails map[atomicfile.Step]error
}

func (r *recorder) hook(step atomicfile.Step, path string, do func() error) error {
	r.steps = append(r.steps, fmt.Sprint(step, " ", filepath.Base(path)))
	if err := r.fails[step]; err != nil {
		return err
	}
	return do()
}

// TestSteps: the file is flushed before it gets its name, the directory after it.
func TestSteps(t *testing.T) {
	cannot := map[atomicfile.Step]error{atomicfile.StepPublish: syscall.EINVAL}
	neither := map[atomicfile.Step]error{atomicfile.StepPublish: syscall.EINVAL, atomicfile.StepLink: syscall.EPERM}
	for _, test := range []struct {
		name  string
		write func(atomicfile.Disk, string) error
		fails map[atomicfile.Step]error
		want  []string
	}{
		{"replace", replace, nil, []string{"create x", "keep attributes x", "flush x", "rename x", "flush directory d"}},
		{"new", writeNew, nil, []string{"create x", "keep attributes x", "flush x", "publish x", "flush directory d"}},
		{
			"link", writeNew, cannot,
			[]string{"create x", "keep attributes x", "flush x", "publish x", "link x", "flush directory d"},
		},
		{
			"reserve", writeNew, neither,
			[]string{
				"create x", "keep attributes x", "flush x", "publish x", "link x", "reserve x", "rename x",
				"flush directory d",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "d")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			r := &recorder{fails: test.fails}
			path := filepath.Join(dir, "x")
			if err := test.write(atomicfile.Disk{Hook: r.hook}, path); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, r.steps); diff != "" {
				t.Error(diff)
			}
			expect(t, path, "new")
			expectFiles(t, dir, "x")
		})
	}
}

func replace(d atomicfile.Disk, path string) error  { return d.Write(path, 0o600, fill) }
func writeNew(d atomicfile.Disk, path string) error { return d.WriteNew(path, 0o600, fill) }

// TestEveryStepFails: whichever step fails, the old file is whole, nothing lies beside it, and the error names the
// path.
func TestEveryStepFails(t *testing.T) {
	steps := []atomicfile.Step{
		atomicfile.StepCreate, atomicfile.StepKeep, atomicfile.StepFlush, atomicfile.StepPublish, atomicfile.StepLink,
		atomicfile.StepReserve, atomicfile.StepRename, atomicfile.StepFlushDir,
	}
	visited := map[atomicfile.Step]bool{}
	for _, old := range []string{"", "old"} {
		for _, step := range steps {
			dir := t.TempDir()
			path := filepath.Join(dir, "x")
			r := &recorder{fails: map[atomicfile.Step]error{step: syscall.EIO}}
			before := slices.Index(steps, step)
			for _, other := range []atomicfile.Step{atomicfile.StepPublish, atomicfile.StepLink} {
				if slices.Index(steps, other) < before {
					r.fails[other] = syscall.EINVAL
				}
			}
			write := writeNew
			if old != "" {
				write = replace
				if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			err := write(atomicfile.Disk{Hook: r.hook}, path)
			if !errors.Is(err, syscall.EIO) {
				if err != nil || !skipped(r.steps, step) {
					t.Errorf("%s fails: %v", step, err)
				}
				continue
			}
			visited[step] = true
			if !strings.Contains(err.Error(), path+": ") {
				t.Errorf("%s fails: %v does not name %s", step, err, path)
			}
			switch {
			case step == atomicfile.StepFlushDir: // the name is there, but may not survive a power failure
				expect(t, path, "new")
			case old != "":
				expect(t, path, old)
			default:
				expectFiles(t, dir)
				continue
			}
			expectFiles(t, dir, "x")
		}
	}
	for _, step := range steps {
		if !visited[step] {
			t.Errorf("step %q was never made to fail", step)
		}
	}
}

// skipped reports whether a write has no such step.
func skipped(steps []string, step atomicfile.Step) bool {
	return !slices.Contains(steps, fmt.Sprint(step, " x"))
}

// TestNewLoses: a file that another process makes meanwhile stays, whichever way the file system allows.
func TestNewLoses(t *testing.T) {
	for _, fails := range []map[atomicfile.Step]error{
		nil,
		{atomicfile.StepPublish: syscall.EINVAL},
		{atomicfile.StepPublish: syscall.EINVAL, atomicfile.StepLink: syscall.EPERM},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "x")
		d := atomicfile.Disk{Hook: (&recorder{fails: fails}).hook}
		err := d.WriteNew(path, 0o600, func(w io.Writer) error {
			return os.WriteFile(path, []byte("theirs"), 0o600)
		})
		if want := "write " + path + ": file exists"; !errors.Is(err, fs.ErrExist) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		expect(t, path, "theirs")
		expectFiles(t, dir, "x")
	}
}

func TestSyncDir(t *testing.T) {
	if err := atomicfile.SyncDir(t.TempDir()); err != nil {
		t.Error(err)
	}
	if err := atomicfile.SyncDir("/proc"); err != nil {
		t.Errorf("a file system that cannot flush a directory: %v", err)
	}
	if err := atomicfile.SyncDir(filepath.Join(t.TempDir(), "no")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want %v", err, fs.ErrNotExist)
	}
}

func TestLongName(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("ї", 127) // 254 bytes
	if err := replace(atomicfile.Disk{}, filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
	expectFiles(t, dir, name)
}

func TestMkdirAll(t *testing.T) {
	dir := t.TempDir()
	r := &recorder{}
	d := atomicfile.Disk{Hook: r.hook}
	for range 2 { // the second time there is nothing to do
		if err := d.MkdirAll(filepath.Join(dir, "a/b/c"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"flush directory b", "flush directory a", "flush directory " + filepath.Base(dir)}
	if diff := cmp.Diff(want, r.steps); diff != "" {
		t.Error(diff)
	}
	if err := d.MkdirAll("/dev/null/x", 0o700); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("got %v, want %v", err, syscall.ENOTDIR)
	}
}
