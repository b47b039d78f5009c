package state

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/big"
	"os"
	"path/filepath"
	"testing"
)

// Wherever a killed process has stopped writing, the records before are there, and further ones follow them.
func TestEveryPrefix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	n, cofactor := big.NewInt(1000003*77), big.NewInt(1000003)
	f, err := Open(path, n)
	if err != nil {
		t.Fatal(err)
	}
	var ends []int
	for _, text := range []string{"one", "two", "three"} {
		if err := f.Part(cofactor).Keep([]byte(text)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, int(info.Size()))
	}
	_ = f.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begin := len(header) + len(frame(record{kindNumber, n.String(), nil}))
	for size := begin; size <= len(whole); size++ {
		if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path, n)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		want := 0
		for want < len(ends) && ends[want] <= size {
			want++
		}
		if got := kept(f.Part(cofactor)); got != want {
			t.Errorf("%d bytes: %d records, want %d", size, got, want)
		}
		if err := f.Part(cofactor).Found(big.NewInt(7)); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		if f, err = Open(path, n); err != nil {
			t.Fatal(err)
		}
		if d := f.Part(cofactor).Divisor(); d == nil || d.Int64() != 7 || kept(f.Part(cofactor)) != want ||
			kept(f.Part(n)) != 0 {
			t.Errorf("%d bytes: %v after %d records", size, d, kept(f.Part(cofactor)))
		}
		_ = f.Close()
	}
}

func kept(p *Part) int {
	count := 0
	for range p.Kept() {
		count++
	}
	return count
}

// A changed byte ends what is believed; another number, and what is no state, are refused and stay as they are.
func TestRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	n := big.NewInt(1000003)
	f, err := Open(path, n)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Part(n).Keep([]byte("relations")); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	before, _ := os.ReadFile(path)
	if _, err := Open(path, big.NewInt(1000033)); !errors.Is(err, ErrForeign) {
		t.Errorf("another number: %v", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the state of another number was changed")
	}
	for i := range before {
		changed := append([]byte(nil), before...)
		changed[i] ^= 1
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path, n)
		if err != nil {
			continue
		}
		if kept(f.Part(n)) != 0 {
			t.Errorf("byte %d was changed, and the record is believed", i)
		}
		_ = f.Close()
	}
	if err := os.WriteFile(path, []byte("my thesis"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, n); err == nil {
		t.Error("a file of somebody else is taken")
	}
	if text, _ := os.ReadFile(path); string(text) != "my thesis" {
		t.Error("a file of somebody else was changed")
	}
}

// What Keep and Found have confirmed is on the disk, and a disk that cannot be written to is told.
func TestFlush(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	n := big.NewInt(1000003)
	f, err := Open(path, n)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var flushed []int64
	f.flush = func() error {
		info, err := f.file.Stat()
		flushed = append(flushed, info.Size())
		return err
	}
	before, _ := os.Stat(path)
	_ = f.Part(n).Keep([]byte("relations"))
	kept, _ := os.Stat(path)
	_ = f.Part(n).Found(big.NewInt(7))
	found, _ := os.Stat(path)
	if len(flushed) != 2 || flushed[0] != kept.Size() || flushed[1] != found.Size() || kept.Size() == before.Size() {
		t.Errorf("flushed at %v bytes, written were %d and %d", flushed, kept.Size(), found.Size())
	}
	broken := errors.New("the disk is broken")
	f.flush = func() error { return broken }
	if err := f.Part(n).Keep([]byte("relations")); !errors.Is(err, broken) {
		t.Errorf("a failed flush: %v", err)
	}
}

// TestCrafted: a length that leads out of its record ends what is believed.
func TestCrafted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	n := big.NewInt(1000003)
	body := binary.AppendUvarint([]byte{kindRelation}, 1<<20)
	crafted := append([]byte(header), frame(record{kindNumber, n.String(), nil})...)
	crafted = binary.LittleEndian.AppendUint32(crafted, uint32(len(body)))
	crafted = binary.LittleEndian.AppendUint32(crafted, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
	if err := os.WriteFile(path, append(crafted, body...), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path, n)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if len(f.records) != 0 {
		t.Errorf("%d records are believed", len(f.records))
	}
}
