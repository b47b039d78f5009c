package depot_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/depot"
)

// inbox remembers files until the test ends.
type inbox struct{ messages []*lanchat.Message }

func (b *inbox) File(_ context.Context, sender lanchat.Key, id lanchat.ID) (*lanchat.Message, error) {
	for _, m := range b.messages {
		if m.Sender == sender && m.ID == id {
			return m, nil
		}
	}
	return nil, nil
}

func (b *inbox) StoreFile(_ context.Context, m *lanchat.Message) error {
	b.messages = append(b.messages, m)
	return nil
}

// open makes a depot in dir that takes everything.
func open(dir string, b *inbox) *depot.Depot {
	return &depot.Depot{Dir: dir, Inbox: b, Decide: func(context.Context, lanchat.Offer) error { return nil }}
}

// put does what a server does with a file: it goes on behind what is there, by blocks of four bytes.
func put(t *testing.T, d *depot.Depot, o lanchat.Offer, content string) error {
	t.Helper()
	p, err := d.Open(t.Context(), o)
	if err != nil {
		return err
	}
	defer p.Close()
	if p.Stored() != nil {
		return nil
	}
	r, err := p.Begin()
	if err != nil {
		return err
	}
	there, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(content, string(there)) {
		t.Fatalf("%q is no beginning of the content", there)
	}
	for rest := content[len(there):]; rest != ""; {
		n := min(4, len(rest))
		if _, err := p.Write([]byte(rest[:n])); err != nil {
			return err
		}
		rest = rest[n:]
	}
	_, err = p.Commit(t.Context(), sha256.Sum256([]byte(content)))
	return err
}

// archive returns a folder as it travels.
func archive(t *testing.T, headers ...*tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		content := h.Uname // what is to stand in it
		h.Uname, h.Size, h.Format = "", int64(len(content)), tar.FormatPAX
		if h.Mode == 0 {
			h.Mode = 0o700
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestKilledAtEveryStep ends a process before and after every step on a file's way. The next one ends the work: the
// file is there once, whole, its message too, and nothing else is left.
func TestKilledAtEveryStep(t *testing.T) {
	folder := archive(
		t, &tar.Header{Name: ".", Typeflag: tar.TypeDir}, &tar.Header{Name: "x", Typeflag: tar.TypeReg, Uname: "content"},
	)
	killed := errors.New("killed")
	for _, step := range []depot.Step{
		depot.StepWrite, depot.StepFlush, depot.StepNote, depot.StepPublish, depot.StepMessage, depot.StepClean,
	} {
		for _, after := range []bool{false, true} {
			for name, content := range map[string]string{"file": "content of the file", "folder": folder} {
				t.Run(fmt.Sprint(step, " ", name, " after=", after), func(t *testing.T) {
					dir, b := t.TempDir(), &inbox{}
					o := lanchat.Offer{
						ID: lanchat.NewID(), Name: name, Size: int64(len(content)), Folder: name == "folder", Sender: lanchat.Key{1},
					}
					first := open(dir, b)
					visited := false
					first.Hook = func(s depot.Step, do func() error) error {
						if s != step || visited {
							return do()
						}
						visited = true
						if after {
							if err := do(); err != nil {
								return err
							}
						}
						return killed
					}
					if err := put(t, first, o, content); !errors.Is(err, killed) || !visited {
						t.Fatalf("not killed: %v", err)
					}
					second := open(dir, b)
					second.Decide = func(context.Context, lanchat.Offer) error {
						if step == depot.StepWrite && !after {
							return nil // an empty file was there; asking again is no harm
						}
						return errors.New("asked again")
					}
					if err := put(t, second, o, content); err != nil {
						t.Fatal(err)
					}
					if err := put(t, second, o, content); err != nil { // its OK was lost
						t.Fatal(err)
					}
					if len(b.messages) != 1 || b.messages[0].File.Path != filepath.Join(dir, name) ||
						b.messages[0].File.SHA256 != sha256.Sum256([]byte(content)) {
						t.Errorf("messages %+v", b.messages)
					}
					inside := filepath.Join(dir, name)
					want := content
					if o.Folder {
						inside, want = filepath.Join(inside, "x"), "content"
					}
					if have, err := os.ReadFile(inside); err != nil || string(have) != want {
						t.Errorf("%q, %v", have, err)
					}
					if names := list(t, dir); len(names) != 1 {
						t.Errorf("left: %v", names)
					}
				})
			}
		}
	}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestNeverOverAnother numbers a file whose name is taken, by whatever it is, also at the last moment.
func TestNeverOverAnother(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "a (2).txt")); err != nil {
		t.Fatal(err)
	}
	d := open(dir, &inbox{})
	d.Hook = func(s depot.Step, do func() error) error {
		if s == depot.StepPublish {
			_ = os.WriteFile(filepath.Join(dir, "a (3).txt"), []byte("also mine"), 0o600)
		}
		return do()
	}
	yours := lanchat.Offer{ID: lanchat.NewID(), Name: "a.txt", Size: 5, Sender: lanchat.Key{1}}
	if err := put(t, d, yours, "yours"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a.txt": "mine", "a (3).txt": "also mine", "a (4).txt": "yours"} {
		if have, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(have) != want {
			t.Errorf("%s: %q, %v", name, have, err)
		}
	}
}

// TestTaking tells of a file while it arrives, and of none that is stored already.
func TestTaking(t *testing.T) {
	d, taking, taken := open(t.TempDir(), &inbox{}), 0, 0
	d.Taking = func() func() {
		taking++
		taken++
		return func() { taking-- }
	}
	d.Hook = func(_ depot.Step, do func() error) error {
		if taking != 1 {
			t.Errorf("%d files are arriving", taking)
		}
		return do()
	}
	o := lanchat.Offer{ID: lanchat.NewID(), Name: "a", Size: 5}
	for range 2 {
		if err := put(t, d, o, "hello"); err != nil {
			t.Fatal(err)
		}
	}
	if taking != 0 || taken != 1 {
		t.Errorf("%d files are arriving at the end, %d have arrived", taking, taken)
	}
}

// TestHostileFolder keeps what is in an archive inside the folder, and takes no rights from it.
func TestHostileFolder(t *testing.T) {
	for name, h := range map[string]*tar.Header{
		"up":            {Name: "../x", Typeflag: tar.TypeReg},
		"absolute":      {Name: "/x", Typeflag: tar.TypeReg},
		"link out":      {Name: "l", Linkname: "../../x", Typeflag: tar.TypeSymlink},
		"absolute link": {Name: "l", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink},
		"device":        {Name: "d", Typeflag: tar.TypeChar},
		"hard link":     {Name: "h", Linkname: "x", Typeflag: tar.TypeLink},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			content := archive(t, h)
			offer := lanchat.Offer{ID: lanchat.NewID(), Name: "f", Size: int64(len(content)), Folder: true}
			if err := put(t, open(filepath.Join(dir, "in"), &inbox{}), offer, content); err == nil {
				t.Error("taken")
			}
			if names := list(t, dir); len(names) != 1 {
				t.Errorf("outside: %v", names)
			}
		})
	}
	dir := t.TempDir()
	content := archive(
		t,
		&tar.Header{Name: "a/b\x1b[2J", Typeflag: tar.TypeReg, Mode: 0o4755, Uname: "x", ModTime: time.Unix(1, 0)},
		&tar.Header{Name: "a/l", Linkname: "b_[2J", Typeflag: tar.TypeSymlink},
	)
	offer := lanchat.Offer{ID: lanchat.NewID(), Name: "f", Size: int64(len(content)), Folder: true}
	if err := put(t, open(dir, &inbox{}), offer, content); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "f/a/l"))
	if err != nil || info.Mode() != 0o755 || !info.ModTime().Equal(time.Unix(1, 0)) {
		t.Errorf("%v, %v", info, err)
	}
}

// TestSafeName leaves good names alone, and makes one harmless name of everything else.
func TestSafeName(t *testing.T) {
	for name, want := range map[string]string{
		"photo.jpg": "photo.jpg", "Привіт (1).txt": "Привіт (1).txt", "日本.tar.gz": "日本.tar.gz", "-rf": "-rf",
		"../../etc/passwd": "passwd", `C:\x\evil.exe`: "evil.exe", "a\x1b[31mb\n": "a_[31mb_", "\u202egpj.exe": "_gpj.exe",
		"x\u200by": "x_y",
		".bashrc":  "_bashrc", "..": "file", "": "file", "/": "file", "CON": "_CON", "nul.txt": "_nul.txt", "com1": "_com1",
		"a?b*c": "a_b_c", "end. .": "end",
		"\xff\xfe": "_",
	} {
		if have := depot.SafeName(name); have != want {
			t.Errorf("%q: %q, want %q", name, have, want)
		}
	}
	long := depot.SafeName(strings.Repeat("ї", 200) + ".jpeg")
	if len(long) > 200 || !strings.HasSuffix(long, "ї.jpeg") {
		t.Errorf("%d bytes: %q", len(long), long)
	}
}

// TestSweep forgets what has not gone on for a month.
func TestSweep(t *testing.T) {
	dir, b := t.TempDir(), &inbox{}
	d := open(dir, b)
	d.Hook = func(s depot.Step, do func() error) error { return errors.New("killed") }
	_ = put(t, d, lanchat.Offer{ID: lanchat.NewID(), Name: "a", Size: 5, Sender: lanchat.Key{1}}, "abcde")
	if diff := cmp.Diff([]string{".lanchat-incoming"}, list(t, dir)); diff != "" {
		t.Fatal(diff)
	}
	if err := d.Sweep(time.Now()); err != nil || len(list(t, filepath.Join(dir, ".lanchat-incoming"))) != 1 {
		t.Error("forgotten too early", err)
	}
	if err := d.Sweep(time.Now().Add(31 * 24 * time.Hour)); err != nil ||
		len(list(t, filepath.Join(dir, ".lanchat-incoming"))) != 0 {
		t.Error("not forgotten", err)
	}
}
