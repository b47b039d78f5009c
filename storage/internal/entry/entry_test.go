package entry_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/entry/pack"
)

func sample(size int) entry.Entry {
	return entry.Entry{
		Fingerprint: 7,
		Stored:      1000,
		Expires:     2000,
		Key:         []byte("key"),
		Payload:     bytes.Repeat([]byte("ab"), size/2),
	}
}

func TestRoundTrip(t *testing.T) {
	c := entry.Codec{Packer: new(pack.Zstd)}
	for _, size := range []int{0, 2, 1022, 1024, 1 << 16} {
		want := sample(size)
		data := c.Seal(want)
		got, err := c.Open(data, want.Fingerprint, want.Key)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if size == 1<<16 && len(data) > size/10 {
			t.Errorf("%d bytes were not compressed: %d", size, len(data))
		}
		if _, err := c.Open(data, 8, want.Key); !errors.Is(err, entry.ErrInvalid) {
			t.Errorf("another type's value is taken: %v", err)
		}
		if _, err := c.Open(data, want.Fingerprint, []byte("kez")); !errors.Is(err, entry.ErrInvalid) {
			t.Errorf("another key's value is taken: %v", err)
		}
	}
}

// Every flipped bit and every truncation is noticed.
func TestDamage(t *testing.T) {
	c := entry.Codec{Packer: new(pack.Zstd)}
	for _, size := range []int{20, 2000} {
		data := c.Seal(sample(size))
		for i := range data {
			if _, err := c.Open(data[:i], 7, []byte("key")); !errors.Is(err, entry.ErrInvalid) {
				t.Fatalf("%d of %d bytes are taken for the whole", i, len(data))
			}
			for bit := range 8 {
				data[i] ^= 1 << bit
				if _, err := c.Open(data, 7, []byte("key")); !errors.Is(err, entry.ErrInvalid) {
					t.Fatalf("bit %d of byte %d is flipped and nobody notices", bit, i)
				}
				data[i] ^= 1 << bit
			}
		}
	}
}

func TestFresh(t *testing.T) {
	e := sample(0)
	for now, want := range map[int64][2]bool{
		0: {true, true}, 1999: {true, true}, 2000: {false, true}, 2499: {false, true}, 2500: {false, false},
		-1: {false, false},
	} {
		if got := [2]bool{e.Fresh(now), e.Serveable(now, 500)}; got != want {
			t.Errorf("at %d: fresh and serveable are %v, want %v", now, got, want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	c := entry.Codec{Packer: new(pack.Zstd)}
	f.Add(c.Seal(sample(10)))
	f.Add(c.Seal(sample(2000)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := c.Inspect(data); err == nil {
			if _, err := c.Open(data, e.Fingerprint, e.Key); err != nil {
				t.Fatal(err)
			}
		}
	})
}
