package archive_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/junksort/archive"
	"github.com/pythonweb/goweb/junksort/dirfd"
)

// packed packs a folder with a text of 40 kB and an empty file by 7-Zip.
func packed(t *testing.T, name string, flags ...string) []byte {
	t.Helper()
	program := consoletest.Need(t, "7z", "p7zip-full")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Текст.txt"), []byte(strings.Repeat("content ", 5000)), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, append(append([]string{"a", "-bso0"}, flags...), name, "Текст.txt")...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// with returns the default limits with a password.
func with(password string) archive.Limits {
	l := archive.DefaultLimits()
	l.Ratio = 1000 // the text says the same again and again
	if password != "" {
		l.Password = func() (string, bool) { return password, true }
	}
	return l
}

// What 7-Zip can do to a zip, and a 7z with a password, comes out again; without the password or with a wrong one
// that is what is said.
func TestPackedBySevenZip(t *testing.T) {
	for _, c := range []struct {
		name  string
		flags []string
	}{
		{"a.zip", []string{"-mm=Deflate"}},
		{"a.zip", []string{"-mm=BZip2"}},
		{"a.zip", []string{"-mm=LZMA"}},
		{"a.zip", []string{"-psecret", "-mem=ZipCrypto"}},
		{"a.zip", []string{"-psecret", "-mem=ZipCrypto", "-mm=Copy"}},
		{"a.zip", []string{"-psecret", "-mem=AES128"}},
		{"a.zip", []string{"-psecret", "-mem=AES256"}},
		{"a.zip", []string{"-psecret", "-mem=AES192", "-mm=LZMA"}},
		{"a.7z", []string{"-psecret"}},
		{"a.7z", []string{"-psecret", "-mhe=on"}},
	} {
		t.Run(c.name+strings.Join(c.flags, ""), func(t *testing.T) {
			content := packed(t, c.name, c.flags...)
			locked := slices.Contains(c.flags, "-psecret")
			got, err := unpack(t, c.name, content, with("secret"))
			if err != nil || len(got) != 1 || !strings.HasPrefix(got[0], "Текст.txt") || !strings.Contains(got[0],
				"40000 bytes") {
				t.Fatalf("%q, %v", got, err)
			}
			for _, password := range []string{"", "wrong"} {
				if _, err := unpack(t, c.name, content, with(password)); errors.Is(err, archive.ErrPassword) != locked {
					t.Errorf("with password %q: %v", password, err)
				}
			}
			// A damaged content is noticed, whatever packs or locks it.
			damaged := slices.Clone(content)
			damaged[100] ^= 0x55
			if c.name == "a.zip" {
				if got, err := unpack(t, c.name, damaged, with("secret")); err == nil {
					t.Errorf("what is damaged is taken: %q", got)
				}
			}
		})
	}
	for _, c := range []struct{ name, flag, method string }{
		{"a.zip", "-mm=Deflate64", "Deflate64"},
		{"a.zip", "-mm=PPMd", "PPMd"},
		{"a.7z", "-m0=Deflate64", "Deflate64"},
	} {
		_, err := unpack(t, c.name, packed(t, c.name, c.flag), with(""))
		if err == nil || !strings.Contains(err.Error(), "not supported: "+c.method) {
			t.Errorf("%s %s: %v", c.name, c.flag, err)
		}
	}
}

// rar5 is a rar of version 5 that holds one file as it is (rarlab.com/technote.htm).
func rar5(name, content string) []byte {
	vint := func(b []byte, n uint64) []byte { return binary.AppendUvarint(b, n) }
	block := func(out, head []byte) []byte {
		sized := append(vint(nil, uint64(len(head))), head...)
		out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(sized))
		return append(out, sized...)
	}
	out := block([]byte("Rar!\x1a\x07\x01\x00"), []byte{1, 0, 0})
	head := vint([]byte{2, 2}, uint64(len(content))) // a file, with data
	head = vint(append(head, 4), uint64(len(content)))
	head = vint(head, 0o644)
	head = binary.LittleEndian.AppendUint32(head, crc32.ChecksumIEEE([]byte(content)))
	head = append(head, 0, 1, byte(len(name)))
	out = append(block(out, append(head, name...)), content...)
	return block(out, []byte{5, 0, 0})
}

// rar4 is the same of version 4.
func rar4(name, content string) []byte {
	le := binary.LittleEndian
	block := func(out, body []byte) []byte {
		return append(le.AppendUint16(out, uint16(crc32.ChecksumIEEE(body))), body...)
	}
	out := block([]byte("Rar!\x1a\x07\x00"), []byte{0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0})
	head := le.AppendUint16([]byte{0x74, 0, 0x80}, uint16(32+len(name)))
	head = le.AppendUint32(le.AppendUint32(head, uint32(len(content))), uint32(len(content)))
	head = le.AppendUint32(append(head, 3), crc32.ChecksumIEEE([]byte(content)))
	head = le.AppendUint32(head, 0x5a21_0000)
	head = le.AppendUint16(append(head, 20, 0x30), uint16(len(name)))
	head = append(le.AppendUint32(head, 0o100644), name...)
	out = append(block(out, head), content...)
	return block(out, []byte{0x7b, 0, 0x40, 7, 0})
}

func TestRar(t *testing.T) {
	for version, make := range map[string]func(string, string) []byte{"4": rar4, "5": rar5} {
		got, err := unpack(t, "a.rar", make("dir/a.txt", "hello"), archive.DefaultLimits())
		if err != nil || len(got) != 2 || !strings.Contains(got[1], `dir/a.txt -rw-r--r-- "hello"`) {
			t.Errorf("version %s: %q, %v", version, got, err)
		}
		if got, err := unpack(t, "a.rar", make("../a.txt", "hello"), archive.DefaultLimits()); len(got) > 1 {
			t.Errorf("version %s leads out: %q, %v", version, got, err)
		}
		damaged := make("a.txt", "hello")
		damaged[bytes.Index(damaged, []byte("hello"))]++
		if _, err := unpack(t, "a.rar", damaged, archive.DefaultLimits()); err == nil {
			t.Errorf("version %s: what is damaged is taken", version)
		}
	}
}

// A file with holes keeps them, and they are no bomb; a tar of too many entries makes none of them.
func TestSparse(t *testing.T) {
	program := consoletest.Need(t, "tar", "tar")
	dir := t.TempDir()
	image := filepath.Join(dir, "disk.img")
	if err := os.WriteFile(image, []byte("begin"), 0o644); err != nil {
		t.Fatal(err)
	}
	const size = 200 << 20
	if err := os.Truncate(image, size); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "-C", dir, "-Szcf", filepath.Join(dir, "a.tgz"),
		"disk.img").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file, err := os.Open(filepath.Join(dir, "a.tgz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	at := t.TempDir()
	into, err := dirfd.Open(at)
	if err != nil {
		t.Fatal(err)
	}
	defer into.Close()
	if err := archive.Unpack(t.Context(), file, "a.tgz", into, archive.DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	var s syscall.Stat_t
	if err := syscall.Stat(filepath.Join(at, "disk.img"), &s); err != nil || s.Size != size || s.Blocks > 64 {
		t.Errorf("%d bytes in %d blocks, %v", s.Size, s.Blocks, err)
	}
}

func TestTooManyEntries(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for i := range 100_001 {
		if err := w.WriteHeader(&tar.Header{Name: fmt.Sprint(i), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	got, err := unpack(t, "a.tgz", b.Bytes(), archive.DefaultLimits())
	if !errors.Is(err, archive.ErrUnsafe) || len(got) != 0 {
		t.Errorf("%d entries came out, %v", len(got), err)
	}
}

func TestSingle(t *testing.T) {
	for name, want := range map[string]string{
		"sales.csv.gz": "sales.csv", "a.XZ": "a", "b.tar.gz": "", "c.tgz": "", "d.txt": "", ".gz": "", "e.bz2": "e",
		"f.zst": "f",
	} {
		if got, ok := archive.Single(name); got != want || ok != (want != "") {
			t.Errorf("Single(%q) is %q, %v", name, got, ok)
		}
	}
}

// One of 256 wrong passwords of PKWARE's encryption is noticed only by what comes of it, and is told as such all the
// same.
func TestWrongPasswordThatFits(t *testing.T) {
	content := packed(t, "a.zip", "-psecret", "-mem=ZipCrypto")
	late := 0
	for i := range 20000 { // one in 256 is noticed late
		_, err := unpack(t, "a.zip", content, with(fmt.Sprint("wrong", i)))
		if !errors.Is(err, archive.ErrPassword) {
			t.Fatalf("wrong%d: %v", i, err)
		}
		if strings.Contains(err.Error(), "damaged") {
			if late++; late == 3 {
				return
			}
		}
	}
	t.Errorf("only %d of the passwords were noticed late", late)
}
