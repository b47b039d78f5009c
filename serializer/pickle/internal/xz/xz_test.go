package xz_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	std "github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"

	"github.com/pythonweb/goweb/serializer/pickle/internal/xz"
)

// packed is a text as a file of xz, in blocks.
func packed(t testing.TB, text string, check byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := std.WriterConfig{CheckSum: check, NoCheckSum: check == 0, BlockSize: 1000}.NewWriter(&b)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packedLZMA(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := lzma.NewWriter(&b)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestRead unpacks texts of every length around that of a block, with every sort of checksum, also two files that
// follow each other with zeros between them.
func TestRead(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for i, n := range []int{0, 1, 2, 3, 4, 999, 1000, 1001, 3000} {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.IntN(8))
		}
		text := string(b)
		file := packed(t, text, []byte{0, std.CRC32, std.CRC64, std.SHA256}[i%4])
		got, err := io.ReadAll(xz.NewReader(file))
		if err != nil || string(got) != text {
			t.Errorf("%d bytes: %d came back, %v", n, len(got), err)
		}
		for cut := range min(len(file), 200) {
			if _, err := io.ReadAll(xz.NewReader(file[:cut])); err == nil && cut > 0 {
				t.Errorf("%d bytes, the first %d of the file: no error", n, cut)
			}
		}
		two := append(append(bytes.Clone(file), 0, 0, 0, 0), file...)
		if got, err = io.ReadAll(xz.NewReader(two)); err != nil || string(got) != text+text {
			t.Errorf("%d bytes twice: %d came back, %v", n, len(got), err)
		}
		r, err := xz.NewLZMA(packedLZMA(t, text))
		if err == nil {
			got, err = io.ReadAll(r)
		}
		if err != nil || string(got) != text {
			t.Errorf("%d bytes in LZMA: %d came back, %v", n, len(got), err)
		}
	}
	if _, err := io.ReadAll(xz.NewReader([]byte(xz.Magic + "\x00\x04"))); !errors.Is(err, xz.ErrFormat) {
		t.Error(err)
	}
}

// TestDense checks that nothing is denser than a dictionary's size allows for.
func TestDense(t *testing.T) {
	text := strings.Repeat("a", 8<<20)
	file := packedLZMA(t, text)
	if room := xz.Dictionary(1<<32-1, uint64(len(file))); int(room) < len(text) {
		t.Errorf("%d bytes make %d, and get room for %d", len(file), len(text), room)
	}
}

// TestClaim checks that a file of a few bytes that claims to need 4 GiB does not get them.
func TestClaim(t *testing.T) {
	file := packed(t, "N.", std.CRC32)
	at := bytes.Index(file, []byte{0x21, 1}) + 2
	file[at] = 40
	old := packedLZMA(t, "N.")
	copy(old[1:], "\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff\xff")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _ = io.ReadAll(xz.NewReader(file)) // which the checksum of the head may refuse
	if r, err := xz.NewLZMA(old); err == nil {
		_, _ = io.ReadAll(r) // there is more than the size says
	}
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 64<<20 {
		t.Errorf("%d MiB were taken for %d bytes", taken>>20, len(file)+len(old))
	}
}

// FuzzRead: whatever a file claims, it is unpacked or refused.
func FuzzRead(f *testing.F) {
	f.Add(packed(f, "N.", std.CRC64))
	f.Add(packedLZMA(f, "N."))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = io.CopyN(io.Discard, xz.NewReader(data), 1<<20) // many are no files
		if r, err := xz.NewLZMA(data); err == nil {
			_, _ = io.CopyN(io.Discard, r, 1<<20)
		}
	})
}
