package memo

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Whatever a command's output is said to depend on makes another key, and nothing else does.
func TestKeys(t *testing.T) {
	variables := map[string]string{"EMPTY": "", "SET": "x", "OTHER": "x"}
	lookup := func(name string) (string, bool) { v, set := variables[name]; return v, set }
	at := func(directory string) Surroundings {
		return Surroundings{Lookup: lookup, Cwd: func() (string, error) { return directory, nil }}
	}
	input := func(text string) Surroundings { s := at("/"); s.Stdin = []byte(text); return s }
	type call struct {
		o       Options
		command []string
		s       Surroundings
	}
	content := map[string]string{"here": "a sum", "same": "a sum", "gone": ""}
	withFiles := at("/")
	withFiles.Sum = func(path string) (string, error) { return content[path], nil }
	different := []call{
		{Options{Files: []string{"here"}}, []string{"a"}, withFiles},
		{Options{Files: []string{"same"}}, []string{"a"}, withFiles},
		{Options{Files: []string{"gone"}}, []string{"a"}, withFiles},
		{Options{Files: []string{"here", "same"}}, []string{"a"}, withFiles},
		{Options{}, []string{"a b"}, at("/")},
		{Options{}, []string{"a", "b"}, at("/")},
		{Options{}, []string{"a", "b", ""}, at("/")},
		{Options{}, []string{"a\x00b"}, at("/")},
		{Options{Key: "a b", KeySet: true}, nil, at("/")},
		{Options{KeySet: true}, nil, at("/")},
		{Options{Env: []string{"UNSET"}}, []string{"a"}, at("/")},
		{Options{Env: []string{"EMPTY"}}, []string{"a"}, at("/")},
		{Options{Env: []string{"SET"}}, []string{"a"}, at("/")},
		{Options{Env: []string{"SET", "OTHER"}}, []string{"a"}, at("/")},
		{Options{Cwd: true}, []string{"a"}, at("/")},
		{Options{Cwd: true}, []string{"a"}, at("/tmp")},
		{Options{Stdin: true}, []string{"a"}, input("")},
		{Options{Stdin: true}, []string{"a"}, input("x")},
		{Options{}, []string{"a"}, at("/")},
	}
	seen := map[string]int{}
	for i, c := range different {
		k, err := KeyOf(c.o, c.command, c.s)
		if err != nil {
			t.Fatal(err)
		}
		if j, found := seen[k.Member]; found {
			t.Errorf("calls %d and %d have one key", j, i)
		}
		seen[k.Member] = i
	}
	other := Options{TTL: time.Hour, Capacity: 3, CacheFailures: true, Errors: time.Hour, Store: "redis://h"}
	k, err := KeyOf(other, []string{"a"}, at("/tmp"))
	if err != nil || seen[k.Member] != len(different)-1 {
		t.Errorf("what is no part of the key changes it (%v)", err)
	}
	variables["SET"] = "HUNTER2"
	if k, _ := KeyOf(Options{Env: []string{"SET"}}, []string{"a"}, at("/")); strings.Contains(string(k.Full), "HUNTER2") {
		t.Error("the value of a variable is stored")
	}
	gone := Surroundings{Lookup: lookup, Cwd: func() (string, error) { return "", errors.New("gone") }}
	if _, err := KeyOf(Options{Cwd: true}, []string{"a"}, gone); err == nil {
		t.Error("a directory that is gone is part of a key")
	}
}

// A result comes back as it was printed, the order of both streams too.
func TestResultOrder(t *testing.T) {
	order := []Chunk{{Stdout, 1}, {Stderr, 1}, {Stdout, 1}, {Stderr, 1}}
	r := Result{Stdout: []byte("13"), Stderr: []byte("24"), Order: order}
	for _, r := range []Result{r, {Stdout: []byte("1234"), Joined: true}} {
		back, ok := Unpack(r.Pack())
		var both bytes.Buffer
		if err := back.Print(&both, &both, true); !ok || err != nil || both.String() != "1234" || back.Joined != r.Joined {
			t.Errorf("%+v became %+v, %q (%v)", r, back, both.String(), err)
		}
		if back.Fits(false) == back.Joined {
			t.Errorf("%+v fits two files: %v", back, back.Fits(false))
		}
	}
}

func FuzzResult(f *testing.F) {
	f.Add(0, []byte("out"), []byte("err"), []byte{})
	f.Add(255, []byte{0}, []byte{}, []byte{0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, code int, out, errs, hostile []byte) {
		r := Result{Code: code & 255, Stdout: out, Stderr: errs}
		got, ok := Unpack(r.Pack())
		if !ok || got.Code != r.Code || string(got.Stdout) != string(out) || string(got.Stderr) != string(errs) {
			t.Errorf("%+v became %+v", r, got)
		}
		if r, ok := Unpack(hostile); ok && (r.Code < 0 || r.Code > 255 || len(r.Stdout)+len(r.Stderr) > len(hostile)) {
			t.Errorf("%q became %+v", hostile, r)
		}
	})
}

// The checksum of a file is that of its content; what cannot be read again to the same end has none.
func TestSum(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if sum, err := sumOf(file); sum != "" || err != nil {
		t.Errorf("%q, %v for no file", sum, err)
	}
	var sums []string
	for _, text := range []string{"", "a", "b"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		sum, err := sumOf(file)
		if err != nil || sum == "" || slices.Contains(sums, sum) {
			t.Errorf("%q: %q, %v", text, sum, err)
		}
		sums = append(sums, sum)
	}
	for _, path := range []string{t.TempDir(), os.DevNull} {
		if _, err := sumOf(path); err == nil {
			t.Errorf("%s has a checksum", path)
		}
	}
}

func TestFolder(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	for address, want := range map[string]string{
		"dir:a": "a", "dir:/a:b": "/a:b", "dir:~/c": "/home/me/c", "dir:~": "/home/me",
	} {
		if path, folder, err := Folder(address); path != want || !folder || err != nil {
			t.Errorf("%s: %q, %v, %v", address, path, folder, err)
		}
	}
	if _, folder, err := Folder("redis://h"); folder || err != nil {
		t.Error(folder, err)
	}
	for _, address := range []string{"", "dir:", "/tmp/x", "host=a password=HUNTER2", "localhost:6379"} {
		if _, _, err := Folder(address); !errors.Is(err, ErrPlace) || strings.Contains(err.Error(), "HUNTER2") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
