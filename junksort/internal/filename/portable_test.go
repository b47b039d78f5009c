package filename

import (
	"strings"
	"testing"
)

func TestPortableNames(t *testing.T) {
	for name, want := range map[string]string{
		"a.txt": "a.txt", "a:b.txt": "a_b.txt", "что?.txt": "что_.txt", "end.": "end_", "end . ": "end___", "NUL": "_NUL",
		"nul.tar.gz": "_nul.tar.gz",
		"com1.txt":   "_com1.txt", "com.txt": "com.txt", "com0": "com0", "a\x01b": "a_b", "\xff.txt": "_.txt", "...": "___",
		strings.Repeat("ї", 120) + strings.Repeat("x", 15) + ".txt": strings.Repeat("ї", 120) + strings.Repeat("x",
			11) + ".txt",
	} {
		extension := 0
		if i := strings.LastIndexByte(name, '.'); i > 0 && i < len(name)-1 {
			extension = len(name) - i - 1
		}
		got := name
		if changed := Portable([]byte(name), extension); changed != nil {
			got = changed.String()
		}
		if got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
		if again := Portable([]byte(got), extension); again != nil {
			t.Errorf("%q becomes %q when it is asked again", got, again.String())
		}
	}
}

func FuzzPortableName(f *testing.F) {
	f.Add([]byte("a:b. "), 0)
	f.Fuzz(func(t *testing.T, name []byte, extension int) {
		if len(name) == 0 || extension < 0 || extension >= len(name) {
			return
		}
		changed := Portable(name, extension)
		if changed == nil {
			return
		}
		if again := Portable(changed.Bytes(), min(extension, len(changed)-2)); again != nil || len(changed) > maxName+1 {
			t.Errorf("%q becomes %q, and then %q", name, changed, again)
		}
	})
}
