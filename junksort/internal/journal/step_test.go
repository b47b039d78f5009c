package journal

import (
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Every kind of step reads what was written, to the last byte. The bytes are those of all editions: journals of older
// ones are undone by newer ones.
func TestKindsReadWhatIsWritten(t *testing.T) {
	at := time.Unix(1_700_000_000, 123).UTC()
	root, images := &tree.Folder{ID: 1}, &tree.Folder{ID: 2, Name: "images", Made: true}
	look := dirfd.Stat{Dev: 3, Ino: 4, Mode: 0o100644, UID: 5, GID: 6, Size: 7, Atime: at, Mtime: at, Ctime: at}
	move := order.Move{
		From: root, To: images, Name: dirfd.NameOf("a"), NewName: dirfd.NameOf("b"), Dev: 3, Ino: 4, Seq: 8,
		Mark: identity.MarkOf(look), Marked: true,
	}
	copied, dropped := move, move
	copied.Copy, dropped.Drop = true, true
	written := map[byte]string{}
	for kind, write := range map[byte]func(e *encoder){
		stepFolder:  func(e *encoder) { e.folder(2, 1, images) },
		stepVolume:  func(e *encoder) { e.volume(1, 9, 10) },
		stepRemove:  func(e *encoder) { e.remove(images) },
		StepMove:    func(e *encoder) { e.move(&move) },
		StepCopy:    func(e *encoder) { e.move(&copied) },
		StepDropped: func(e *encoder) { e.move(&dropped) },
		StepFailed:  func(e *encoder) { e.fact(StepFailed, 8, dirfd.Stat{}) },
		StepCopied:  func(e *encoder) { e.fact(StepCopied, 8, look) },
		StepReturn:  func(e *encoder) { e.fact(StepReturn, 8, look) },
		StepPlaced:  func(e *encoder) { e.fact(StepPlaced, 8, look) },
		stepLooks:   func(e *encoder) { e.looks(8, look, []byte("x")) },
		stepByLink:  func(e *encoder) { e.bare(stepByLink) },
		stepPlanned: func(e *encoder) { e.bare(stepPlanned) },
		StepUnpack:  func(e *encoder) { e.unpack(8, Unpacking{In: images, Name: "a.zip", To: "a"}) },
		stepWhole:   func(e *encoder) { e.unpacked(8, look) },
		stepEntries: func(e *encoder) { e.entries(8, true, []Entry{{Path: "p", kind: dirfd.Regular, ino: 4, ctime: 1}}) },
		StepRelink:  func(e *encoder) { e.relink(8, Relinking{In: root, Name: "l", Now: "a", Then: "b"}) },
	} {
		e := encoder{}
		write(&e)
		var s Step
		d := decoder{bytes: e.bytes}
		if err := d.step(&s); err != nil || len(d.bytes) > 0 || s.Kind != kind {
			t.Errorf("%c: read as %c, %d bytes are left: %v", kind, s.Kind, len(d.bytes), err)
		}
		written[kind] = hex.EncodeToString(e.bytes)
		for n := range len(e.bytes) - 1 {
			d := decoder{bytes: slices.Clone(e.bytes[:n+1])}
			if err := d.step(&s); err == nil {
				t.Errorf("%c: %d bytes of %d are enough", kind, n+1, len(e.bytes))
			}
		}
	}
	for kind, k := range kinds {
		if k != nil && written[byte(kind)] == "" {
			t.Errorf("nothing is known of %c", kind)
		}
	}
	want := map[byte]string{
		'B': "490ef681d0e2c6bfce972f0042080304",
		'C': "490ef681d0e2c6bfce972f0043080102030401610162",
		'D': "490ef681d0e2c6bfce972f0044080304",
		'E': "490ef681d0e2c6bfce972f0045080304",
		'F': "46020106696d61676573010000000000ffdb8ff9ce0300ffdb8ff9ce0300",
		'K': "4b0801016c01610162",
		'L': "4c",
		'M': "490ef681d0e2c6bfce972f004d080102030401610162",
		'O': "4f08a48302050680c49fd50c7b80c49fd50c7b0178",
		'P': "490ef681d0e2c6bfce972f0050080102030401610162",
		'R': "520200",
		'T': "540801010170010400000002",
		'U': "55080205612e7a69700161",
		'V': "5601120a",
		'W': "5708030480c49fd50c7b",
		'X': "5808",
		'Y': "59",
	}
	if diff := cmp.Diff(want, written); diff != "" {
		t.Errorf("the bytes have changed:\n%s", diff)
	}
}
