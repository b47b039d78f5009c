package pickle

import (
	"archive/zip"
	"bytes"
	"slices"
	"testing"
)

// TestDecoys shows what Python really imports: five pickles whose decoys stand where a simple reader looks. Real Python
// called os.getpid in all of them.
func TestDecoys(t *testing.T) {
	for _, data := range []string{
		"\x80\x04\x8c\x02os\x8c\x06getpid\x8c\x0bcollections0\x8c\x0bOrderedDict0\x93)R.",
		"\x80\x04\x8c\x02os\x8c\x04zlib0\x94\x8c\x06getpid\x8c\x05crc320\x9400h\x00h\x01\x93)R.",
		"\x80\x04\x8c\x02os\x8c\x06getpid(\x8c\x0bcollections\x8c\x05dequet0\x93)R.",
		"\x80\x04\x8c\x01xp0\n0\x8c\x01yp0\n0\x8c\x02os\x94\x8c\x06getpid\x940" + "0h\x01h\x02\x93)R.",
		"cos\ngetpid\n)R.",
	} {
		var imports, calls []string
		if err := Disassemble(bytes.NewReader([]byte(data)), func(op Op) error {
			if op.Import != "" {
				imports = append(imports, op.Import)
			}
			if op.Call != "" {
				calls = append(calls, op.Call)
			}
			return nil
		}); err != nil {
			t.Errorf("%q: %v", data, err)
		}
		if want := []string{"os.getpid"}; !slices.Equal(imports, want) || !slices.Equal(calls, want) {
			t.Errorf("%q: imports %q, calls %q", data, imports, calls)
		}
		if found, err := Scan([]byte(data)); err != nil || len(found) == 0 || found[len(found)-1].Name != "os.getpid" ||
			!found[len(found)-1].Called {
			t.Errorf("%q: found %v, %v", data, found, err)
		}
	}
}

// TestScan looks into archives, behind STOP, and at names that are no literals.
func TestScan(t *testing.T) {
	evil := "cos\nsystem\n(S'id'\ntR."
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	f, err := w.Create("archive/data.pkl")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(evil)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ data, name, member string }{
		{evil, "posix.system", ""},
		{"N." + evil, "posix.system", ""},
		{archive.String(), "posix.system", "archive/data.pkl"},
		{"\x80\x04)\x8c\x01x\x93)R.", UnknownName, ""},
		{"\x80\x02\x82\x01)R.", UnknownName, ""},
		{"(cos\nsystem\nS'id'\no.", "posix.system", ""},
		{"(S'id'\nios\nsystem\n.", "posix.system", ""},
	} {
		found, err := Scan([]byte(c.data))
		ok := slices.ContainsFunc(found, func(f Finding) bool {
			return (f.Name == c.name || f.Name == "os.system" && c.name == "posix.system") && f.Called && f.Member == c.member
		})
		if err != nil || !ok {
			t.Errorf("%.40q: %v, %v", c.data, found, err)
		}
	}
	for _, data := range []string{
		"N.", "\x80\x04\x8c\x08datetime\x8c\x04date\x93C\x04\x07\xea\x01\x02\x85R.", "ccollections\nOrderedDict\n)R.",
	} {
		if found, err := Scan([]byte(data)); err != nil || len(found) > 0 {
			t.Errorf("%q: %v, %v", data, found, err)
		}
	}
	if _, err := Scan([]byte("no pickle")); err == nil {
		t.Error("no pickle is one")
	}
}
