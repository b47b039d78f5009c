package sevenzip

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	evil  = "cos\nsystem\n(S\"id\"\ntR."
	plain = "N."
)

// code is what a filter for programs finds much in.
func code() string {
	b := make([]byte, 3000)
	x := uint32(1)
	for i := range b {
		x = (x*1103515245 + 12345) & 0x7fffffff
		b[i] = "\xe8\xe9\x00\xff\x01\xe8"[(x>>16)%6]
	}
	return string(b)
}

// TestWalk unpacks what 7-Zip 23.01 has packed in every way that is known.
func TestWalk(t *testing.T) {
	files := map[string]string{"dir/evil.pkl": evil, "plain.pickle": plain}
	for name, want := range map[string]map[string]string{
		"lzma": files, "lzma2": files, "deflate": files, "bzip2": files, "copy": files, "apart": files,
		"x86": {"code.bin": code(), "plain.pickle": plain}, "nothing": {},
	} {
		got := map[string]string{}
		err := Walk(archive(t, name), 1<<20, func(name string, content io.Reader) error {
			b, err := io.ReadAll(content)
			got[name] = string(b)
			return err
		})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v, %s", name, err, diff)
		}
	}
}

func archive(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".7z"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWalkRefuses checks that what cannot be unpacked is an error that says why, and that nothing is visited.
func TestWalkRefuses(t *testing.T) {
	for name, want := range map[string]string{
		"ppmd": "method 030401", "password": "password", "hidden": "password", "bcj2": "filter",
	} {
		err := Walk(archive(t, name), 1<<20, func(string, io.Reader) error {
			t.Errorf("%s: something was visited", name)
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	whole := archive(t, "lzma")
	for n := range whole {
		if err := Walk(whole[:n], 1<<20, func(string, io.Reader) error { return nil }); !errors.Is(err, ErrFormat) {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
}

// FuzzWalk: whatever an archive claims, it is unpacked in little memory or refused.
func FuzzWalk(f *testing.F) {
	names, err := filepath.Glob("testdata/*.7z")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		f.Add(archive(f, strings.TrimSuffix(filepath.Base(name), ".7z")))
	}
	// A header of a number of files, and one of a dictionary of 4 GiB.
	f.Add(append(bytes.Repeat([]byte{0}, 32), idHeader, idFiles, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff))
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 1 << 20
		left := int64(limit)
		_ = Walk(data, limit, func(_ string, content io.Reader) error { // many are no archive
			n, err := io.Copy(io.Discard, io.LimitReader(content, left))
			if left -= n; left == 0 {
				return errors.New("enough")
			}
			return err
		})
	})
}
