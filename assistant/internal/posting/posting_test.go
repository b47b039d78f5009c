package posting_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant/internal/posting"
)

// A block comes back as it was packed, in no more bytes than its bits take, however many members it has.
func TestBlock(t *testing.T) {
	for _, step := range []int{1, 2, 15, 16, 17, 500, posting.PerBlock} {
		var want []int64
		var b posting.Block
		b.Add(7)
		b.Remove(7)
		for at := 0; at < posting.PerBlock; at += step {
			b.Add(at)
			want = append(want, int64(at))
		}
		packed := b.Pack()
		if len(packed) > posting.PerBlock/8 || len(packed) > 2*len(want) {
			t.Errorf("%d members take %d bytes", len(want), len(packed))
		}
		set := make(posting.Set)
		set.Unpack(0, packed)
		if diff := cmp.Diff(want, slices.Collect(set.All())); diff != "" || set.Len() != len(want) {
			t.Errorf("%d of %d members: %s", set.Len(), len(want), diff)
		}
	}
}

// Nothing that a column may have gets a program down.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte("\xff\xff\x01"))
	f.Add(make([]byte, posting.PerBlock/8))
	f.Fuzz(func(t *testing.T, packed []byte) {
		var b, again posting.Block
		b.Unpack(packed)
		again.Unpack(b.Pack())
		if b != again {
			t.Errorf("%x comes back as something else", packed)
		}
	})
}

func ExampleSet() {
	set := make(posting.Set)
	for _, n := range []int64{-1, 5, 20_000} {
		block, at := posting.Place(n)
		var b posting.Block
		b.Add(at)
		set.Unpack(block, b.Pack())
	}
	set.Remove(5)
	fmt.Println(set.Len(), set.Has(-1), set.Has(5), slices.Collect(set.All()))
	// Output: 2 true false [-1 20000]
}
