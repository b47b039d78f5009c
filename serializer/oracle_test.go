package serializer

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

// TestPythonsFiles reads what Python's json, cbor2 and msgpack write, takes it through every format, and has Python
// compare what it reads with what it wrote.
func TestPythonsFiles(t *testing.T) {
	python := consoletest.Need(t, "/usr/bin/python3", "python3")
	if out, err := exec.Command(python, "-c", "import cbor2, msgpack").CombinedOutput(); err != nil {
		consoletest.Missing(t, "python3-cbor2 or python3-msgpack is missing: %s", out)
	}
	dir := t.TempDir()
	run := func(mode string) string {
		out, err := exec.Command(python, "testdata/oracle.py", mode, dir).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	run("write")
	written, err := filepath.Glob(filepath.Join(dir, "in.*"))
	if err != nil || len(written) == 0 {
		t.Fatal("nothing was written", err)
	}
	for _, path := range written {
		data, format := read(t, path), Format(strings.TrimPrefix(filepath.Ext(path), "."))
		from := format
		for _, to := range []Format{FormatJSON, FormatMessagePack, FormatCBOR, format} {
			if data, _, err = stream(from, to, data, RefuseDuplicates); err != nil {
				t.Fatalf("%s: %s to %s: %v", filepath.Base(path), from, to, err)
			}
			from = to
		}
		back := filepath.Join(dir, "back"+strings.TrimPrefix(filepath.Base(path), "in"))
		if err := os.WriteFile(back, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out := run("check"); out != "" {
		t.Error(out)
	}
}
