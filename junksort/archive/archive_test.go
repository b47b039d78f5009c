package archive_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

func ExampleStem() {
	fmt.Println(archive.Stem("Звіт.TAR.GZ"))
	fmt.Println(archive.Stem("photo.jpg"))
	// Output:
	// Звіт true
	//  false
}

var when = time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)

// entry is what a test puts into an archive. A name that ends with a slash is a folder.
type entry struct {
	name    string
	content string
	mode    int64 // 0 for 0644
	kind    byte  // of tar; 0 for a file
	link    string
}

func tarOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: e.mode, Typeflag: e.kind, Linkname: e.link, ModTime: when, Format: tar.FormatPAX}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if e.kind == 0 || e.kind == tar.TypeReg {
			h.Typeflag, h.Size = tar.TypeReg, int64(len(e.content))
			if strings.HasSuffix(e.name, "/") {
				h.Typeflag = tar.TypeDir
			}
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: when}
		mode := fs.FileMode(e.mode & 0o777)
		if e.mode == 0 {
			mode = 0o644
		}
		if e.mode&0o4000 != 0 {
			mode |= fs.ModeSetuid
		}
		switch e.kind {
		case tar.TypeSymlink:
			mode |= fs.ModeSymlink
		case tar.TypeFifo:
			mode |= fs.ModeNamedPipe
		case tar.TypeChar:
			mode |= fs.ModeDevice | fs.ModeCharDevice
		}
		h.SetMode(mode)
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, e.content+e.link); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// compressed runs what makes a writer over content.
func compressed[W io.WriteCloser](t testing.TB, content []byte, open func(io.Writer) (W, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	if err == nil {
		if _, err = w.Write(content); err == nil {
			err = w.Close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// unpack unpacks content into a folder beside which lies outside, and describes what there is afterwards.
func unpack(t testing.TB, name string, content []byte, limits archive.Limits) ([]string, error) {
	t.Helper()
	top := t.TempDir()
	path := filepath.Join(top, "archive")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := os.Mkdir(filepath.Join(top, "into"), 0o755); err != nil {
		t.Fatal(err)
	}
	into, err := dirfd.Open(filepath.Join(top, "into"))
	if err != nil {
		t.Fatal(err)
	}
	defer into.Close()
	unpackErr := archive.Unpack(t.Context(), file, name, into, limits)

	var found []string
	err = filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == top || p == path || p == filepath.Join(top, "into") {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		below, _ := filepath.Rel(filepath.Join(top, "into"), p)
		line := fmt.Sprintf("%s %v", below, info.Mode())
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			if info.Size() > 100 {
				text = fmt.Appendf(nil, "%d bytes", info.Size())
			}
			line += fmt.Sprintf(" %q %s", text, info.ModTime().UTC().Format("2006"))
		}
		found = append(found, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, unpackErr
}

func TestFormats(t *testing.T) {
	entries := []entry{{name: "deep/"}, {name: "deep/two.txt", content: "two"}, {
		name: "./one.txt", content: "one",
		mode: 0o755,
	}}
	packed := tarOf(t, entries...)
	want := []string{"deep drwxr-xr-x", `deep/two.txt -rw-r--r-- "two" 2020`, `one.txt -rwxr-xr-x "one" 2020`}
	bzip2 := func(content []byte) []byte { // the standard library only reads it
		cmd := exec.Command(consoletest.Need(t, "bzip2", "bzip2"))
		cmd.Stdin = bytes.NewReader(content)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	gz := compressed(t, packed, func(w io.Writer) (*gzip.Writer, error) { return gzip.NewWriter(w), nil })
	zst := compressed(t, packed, func(w io.Writer) (*zstd.Encoder, error) { return zstd.NewWriter(w) })
	for name, content := range map[string][]byte{
		"a.tar": packed, "a.TAR.GZ": gz, "a.tgz": gz, "a.tar.bz2": bzip2(packed), "a.tbz": bzip2(packed),
		"a.tar.xz": compressed(t, packed, xz.NewWriter), "a.txz": compressed(t, packed, xz.NewWriter),
		"a.tar.zst": zst, "a.tzst": zst, "a.zip": zipOf(t, entries...), "a.7z": testdata(t, "small.7z"),
	} {
		t.Run(name, func(t *testing.T) {
			if stem, ok := archive.Stem(name); stem != "a" || !ok {
				t.Errorf("Stem says %q, %v", stem, ok)
			}
			got, err := unpack(t, name, content, archive.DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			if name == "a.7z" { // 7zz has kept the time of deep/two.txt, which is not 2020
				got[1] = want[1]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if _, err := unpack(t, name, content[:len(content)/2], archive.DefaultLimits()); err == nil && name != "a.tar" {
				t.Error("half an archive was unpacked without an error")
			}
		})
	}
}

func TestHostile(t *testing.T) {
	zeros := strings.Repeat("\x00", 4<<20)
	many := slices.Repeat([]entry{{name: "d/"}}, 11)
	deep := strings.Repeat("d/", 300) + "f"
	type archiveOf = map[string][]byte
	both := func(entries ...entry) archiveOf {
		return archiveOf{"a.tar": tarOf(t, entries...), "a.zip": zipOf(t, entries...)}
	}
	limits := archive.Limits{Size: 100 << 20, Count: 10, Ratio: 100, Free: 1 << 20}
	for what, test := range map[string]struct {
		archives archiveOf
		want     []string // beside nothing
		unsafe   bool
	}{
		"a path with ..": {
			both(entry{name: "ok.txt"}, entry{name: "../out.txt", content: "x"}),
			[]string{`ok.txt -rw-r--r-- "" 2020`},
			true,
		},
		"a hidden ..":      {both(entry{name: "a/./../../out.txt", content: "x"}), nil, true},
		"an absolute path": {both(entry{name: "/tmp/junksort-out.txt", content: "x"}), nil, true},
		".. in 7z":         {archiveOf{"a.7z": testdata(t, "escape.7z")}, []string{"deep drwxr-xr-x", "two"}, true},
		"a zero byte":      {archiveOf{"a.zip": zipOf(t, entry{name: "a\x00b"})}, nil, true},
		"a name twice": {
			archiveOf{"a.zip": zipOf(t, entry{name: "f"}, entry{name: "f"})},
			[]string{`f -rw-r--r-- "" 2020`},
			true,
		},
		"a name twice in a tar": {
			archiveOf{"a.tar": tarOf(t, entry{name: "f", content: "old"}, entry{name: "f", content: "new"})},
			[]string{`f -rw-r--r-- "new" 2020`},
			false,
		},
		"links inside": {
			both(entry{name: "d/f", content: "x"}, entry{name: "l", kind: tar.TypeSymlink, link: "d/f"}),
			[]string{"d drwxr-xr-x", `d/f -rw-r--r-- "x" 2020`, "l Lrwxrwxrwx"},
			false,
		},
		"a hard link inside": {
			archiveOf{"a.tar": tarOf(t, entry{name: "a", content: "x"}, entry{name: "b", kind: tar.TypeLink, link: "a"})},
			[]string{`a -rw-r--r-- "x" 2020`, `b -rw-r--r-- "x" 2020`},
			false,
		},
		"a link that climbs": {
			both(entry{name: "here", kind: tar.TypeSymlink, link: "."}, entry{
				name: "out", kind: tar.TypeSymlink,
				link: "here/../../x",
			}),
			[]string{"here L"},
			false,
		},
		"a file as a folder": {both(entry{name: "f"}, entry{name: "f/g"}), []string{`f -rw-r--r-- "" 2020`}, true},
		"a long name":        {both(entry{name: strings.Repeat("n", 256)}), nil, true},
		"deep folders":       {both(entry{name: deep}), nil, true},
		"links out of it": {
			both(entry{name: "link", kind: tar.TypeSymlink, link: "../outside"}, entry{name: "link/through.txt", content: "x"}),
			[]string{"link drwxr-xr-x", `link/through.txt -rw-r--r-- "x" 2020`},
			false,
		},
		"a hard link": {
			archiveOf{"a.tar": tarOf(t, entry{name: "hard", kind: tar.TypeLink, link: "/etc/passwd"})},
			nil,
			false,
		},
		"devices, FIFOs": {
			both(entry{name: "fifo", kind: tar.TypeFifo}, entry{name: "device", kind: tar.TypeChar}), nil, false,
		},
		"setuid, setgid, everybody's": {
			both(entry{name: "run", mode: 0o6777, content: "x"}), []string{`run -rwxr-xr-x "x" 2020`}, false,
		},
		"links and setuid in 7z": {archiveOf{"a.7z": testdata(t, "links.7z")}, []string{`suid -rwxr-xr-x "one"`}, false},
		"a ratio bomb": {
			archiveOf{
				"a.zip": zipOf(t, entry{name: "zeros", content: zeros}),
				"a.7z":  testdata(t, "bomb.7z"),
				"a.tgz": compressed(t, tarOf(t, entry{name: "zeros", content: zeros}), func(w io.Writer) (*gzip.Writer,
					error,
				) {
					return gzip.NewWriter(w), nil
				}),
			},
			nil,
			true,
		},
		"too many entries":        {archiveOf{"a.tar": tarOf(t, many...)}, nil, true},
		"too many entries in zip": {archiveOf{"a.zip": zipOf(t, many...)}, nil, true},
		"too large": {
			archiveOf{"a.tar": tarOf(t, slices.Repeat([]entry{{name: "f", content: zeros}}, 1)...)},
			[]string{"f"},
			true,
		},
	} {
		for name, content := range test.archives {
			t.Run(what+" "+name, func(t *testing.T) {
				l := limits
				if what == "too large" {
					l.Size = 1 << 20
				}
				got, err := unpack(t, name, content, l)
				if errors.Is(err, archive.ErrUnsafe) != test.unsafe || err != nil && !test.unsafe && !errors.As(err,
					new(*archive.LeftError)) {
					t.Errorf("error %v; unsafe should be %v", err, test.unsafe)
				}
				if len(got) != len(test.want) {
					t.Fatalf("got %q, want %q", got, test.want)
				}
				for i, want := range test.want {
					if !strings.Contains(got[i], want) {
						t.Errorf("got %q, want %q", got[i], want)
					}
				}
			})
		}
	}
}

func TestCancelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tar")
	if err := os.WriteFile(path, tarOf(t, entry{name: "f", content: "x"}), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	into, err := dirfd.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer into.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := archive.Unpack(ctx, file, "a.tar", into, archive.DefaultLimits()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Whatever the bytes, nothing is made outside the folder, and no device or pipe in it.
func FuzzUnpack(f *testing.F) {
	seed := []entry{{name: "a/b.txt", content: "x"}, {name: "l", kind: tar.TypeSymlink, link: "/etc"}}
	f.Add(uint8(0), tarOf(f, seed...))
	f.Add(uint8(1), zipOf(f, seed...))
	f.Add(uint8(2), testdata(f, "small.7z"))
	limits := archive.Limits{Size: 1 << 20, Count: 100, Ratio: 100, Free: 1 << 16}
	f.Fuzz(func(t *testing.T, format uint8, content []byte) {
		names := []string{"a.tar", "a.zip", "a.7z", "a.tgz", "a.txz", "a.tzst", "a.tbz"}
		found, _ := unpack(t, names[int(format)%len(names)], content, limits)
		for _, line := range found {
			name, rest, _ := strings.Cut(line, " ")
			if strings.HasPrefix(name, "..") && name != "..." {
				t.Errorf("outside: %q", line)
			}
			if strings.HasPrefix(rest, "p") || strings.HasPrefix(rest, "u") {
				t.Errorf("neither a file nor a folder: %q", line)
			}
		}
	})
}
