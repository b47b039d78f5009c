package wal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/junksort/wal"
)

func Example() {
	file, err := os.CreateTemp("", "wal")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(file.Name())
	w, err := wal.Create(file)
	if err == nil {
		err = w.Append(1, []byte("intent"))
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := wal.NewReader(file, w.Size())
	if err != nil {
		fmt.Println(err)
		return
	}
	record, err := r.Next()
	fmt.Printf("%d %s %v\n", record.Kind, record.Body, err)
	// Output: 1 intent <nil>
}

// journal returns a file of three records.
func journal(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wal")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := wal.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := w.Append(byte(i+1), bytes.Repeat([]byte{byte('a' + i)}, 700)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Sync(), w.Close()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func read(content []byte) (records int, torn bool, err error) {
	r, err := wal.NewReader(bytes.NewReader(content), int64(len(content)))
	for err == nil {
		if _, err = r.Next(); err == nil {
			records++
		}
	}
	if err == io.EOF {
		return records, r.Torn(), nil
	}
	return records, false, err
}

func TestCutOff(t *testing.T) {
	whole := journal(t)
	for n := range len(whole) {
		records, torn, err := read(whole[:n])
		if err != nil {
			t.Fatalf("the first %d bytes: %v", n, err)
		}
		if records == 3 || !torn && records*716+16 != n {
			t.Fatalf("the first %d bytes: %d records, torn %v", n, records, torn)
		}
	}
}

func TestUnwritten(t *testing.T) {
	whole := journal(t)
	for at := 512; at < len(whole); at += 512 {
		damaged := bytes.Clone(whole)
		clear(damaged[at:])
		if _, torn, err := read(damaged); err != nil || !torn {
			t.Fatalf("zeros from byte %d on: torn %v, %v", at, torn, err)
		}
	}
}

// A short file is a journal that was cut off in its head only if it begins as one.
func TestForeign(t *testing.T) {
	for _, content := range []string{"x", "garbage", "garbage\n", "garbage of more"} {
		if _, _, err := read([]byte(content)); !errors.Is(err, wal.ErrCorrupt) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func TestChanged(t *testing.T) {
	whole := journal(t)
	for at := range whole {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x10
		if _, _, err := read(damaged); !errors.Is(err, wal.ErrCorrupt) {
			t.Fatalf("byte %d changed: %v", at, err)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add(journal(f))
	f.Add([]byte("junkwal1"))
	f.Fuzz(func(t *testing.T, content []byte) {
		_, _, _ = read(content) // no panic, no endless loop
	})
}
