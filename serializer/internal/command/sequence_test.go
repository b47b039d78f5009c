package command_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/serializer"
)

// TestSequenceAgain converts sequences whose values show only at their ends how they must begin, so that the input is
// read more than once: what goes to stdout value by value is what a file gets.
func TestSequenceAgain(t *testing.T) {
	t.Parallel()
	var pairs []serializer.Value
	for i := range consoletest.Count(3_000, 20_000) { // several times as long as what is held back
		pairs = append(pairs, serializer.String(fmt.Sprint("key", i)), serializer.String(strings.Repeat("x", 100)))
	}
	late := serializer.Map(append(pairs, serializer.Int(1), serializer.Null())...)
	var b bytes.Buffer
	for i, v := range []serializer.Value{
		serializer.Int(1), serializer.Map(pairs...), serializer.Tuple(), late, serializer.String("text"), late,
		serializer.List(late, serializer.Map(serializer.Int(1), late)), serializer.Null(),
	} {
		if err := (serializer.Binary{}).Encode(&b, v); err != nil {
			t.Fatal(i, err)
		}
	}
	dir := t.TempDir()
	run := func(arguments ...string) []byte {
		t.Helper()
		cmd := exec.Command("serializer", append([]string{"convert"}, arguments...)...)
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v", arguments, err)
		}
		return out
	}
	if err := os.WriteFile(filepath.Join(dir, "in.cborseq"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"jsonl", "cborseq", "msgpackseq"} {
		run("in.cborseq", "out."+format)
		want, err := os.ReadFile(filepath.Join(dir, "out."+format))
		if err != nil {
			t.Fatal(err)
		}
		if got := run("--to", format, "in.cborseq", "-"); !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes on stdout, %d in a file", format, len(got), len(want))
		}
		if back := run("--from", format, "--to", "cborseq", "out."+format, "-"); !bytes.Equal(back, b.Bytes()) {
			run("out."+format, "back.cborseq")
			if file, err := os.ReadFile(filepath.Join(dir, "back.cborseq")); err != nil || !bytes.Equal(back, file) {
				t.Errorf("%s: comes back on stdout in %d bytes, in a file in %d", format, len(back), len(file))
			}
		}
	}
}
