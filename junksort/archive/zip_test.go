package archive_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/pythonweb/goweb/junksort/archive"
)

// Names as Windows writes them: letters of cp866 or cp1251 without a flag, backslashes, times of its own clock.
func TestZipOfWindows(t *testing.T) {
	for encoding, m := range map[string]*charmap.Charmap{"cp866": charmap.CodePage866, "cp1251": charmap.Windows1251} {
		names := []string{"Документи\\Рахунок за грудень.txt", "Фото.jpg", "Лист до мами.doc"}
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, name := range names {
			raw, err := m.NewEncoder().String(name)
			if err != nil {
				t.Fatal(err)
			}
			h := &zip.FileHeader{Name: raw, NonUTF8: true, Method: zip.Store}
			//lint:ignore SA1019 Windows writes no other time
			h.ModifiedDate, h.ModifiedTime = 40<<9|3<<5|4, 15<<11
			f, err := w.CreateHeader(h)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		found, err := unpack(t, "a.zip", b.Bytes(), archive.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(found, "\n")
		for _, want := range []string{"Документи/Рахунок за грудень.txt", "Фото.jpg", "Лист до мами.doc"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", encoding, want, text)
			}
		}
	}
}

// What came through a pipe has content, whatever its mode says.
func TestZipOfPipe(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "-", Method: zip.Deflate, Modified: when}
	h.SetMode(fs.ModeNamedPipe | 0o600)
	f, err := w.CreateHeader(h)
	if err == nil {
		if _, err = f.Write([]byte("INSERT")); err == nil {
			err = w.Close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := unpack(t, "backup.zip", b.Bytes(), archive.DefaultLimits())
	if err != nil || len(got) != 1 || !strings.Contains(got[0], "INSERT") {
		t.Errorf("%q, %v", got, err)
	}
}
