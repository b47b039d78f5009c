package tree_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// What is packed comes out again, in its order, and names that a visitor keeps stay what they are. Names of a counter
// take a fraction of their length.
func TestPacker(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	f := &tree.Folder{}
	var p tree.Packer
	p.File(9, 9, []byte("of another folder"))
	p.Reset()
	var want, kept []string
	for i := range 5000 {
		if r.IntN(10) == 0 {
			name := fmt.Sprint("folder ", i)
			p.Folder()
			f.Children = append(f.Children, &tree.Folder{Name: name})
			want = append(want, name)
			continue
		}
		name := fmt.Sprintf("%0*d", 1+r.IntN(255), r.Uint32())
		target, ino := r.Uint32N(1<<31), r.Uint64()
		p.File(target, ino, []byte(name))
		want = append(want, fmt.Sprint(target, " ", ino, " ", name))
	}
	f.Listing = p.Listing()
	var entries []tree.Entry
	if err := f.Each(func(e tree.Entry) error {
		entries = append(entries, e)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Child != nil {
			kept = append(kept, e.Child.Name)
			continue
		}
		kept = append(kept, fmt.Sprint(e.Target, " ", e.Ino, " ", e.Name.String()))
	}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Error(diff)
	}
	p.Reset()
	for i := range uint64(1000) {
		p.File(1, 123456+i, fmt.Appendf(nil, "IMG_%08d.jpg", i))
	}
	if n := len(p.Listing()); n > 12_000 {
		t.Errorf("a thousand pictures take %d bytes", n)
	}
}
