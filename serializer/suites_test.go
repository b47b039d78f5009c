package serializer

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
)

func files(t *testing.T, dir, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(consoletest.Vectors(t, dir), pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("%s has no %s: %v", dir, pattern, err)
	}
	return found
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestJSONSuite reads JSONTestSuite: y_ must be accepted, and come back, n_ refused, i_ may be either but not crash.
func TestJSONSuite(t *testing.T) {
	for _, path := range append(files(t, "json", "test_parsing/*.json"), files(t, "json", "test_transform/*.json")...) {
		name, data := filepath.Base(path), read(t, path)
		var v, back Value
		err := JSON{Duplicates: KeepDuplicates}.Decode(bytes.NewReader(data), &v)
		switch {
		case strings.HasPrefix(name, "y_") && err != nil:
			t.Errorf("%s: refused: %v", name, err)
		case strings.HasPrefix(name, "n_") && err == nil:
			t.Errorf("%s: taken as %s", name, v)
		case err == nil:
			for _, s := range []Serializer{
				JSON{Duplicates: KeepDuplicates}, Binary{Duplicates: KeepDuplicates}, MessagePack{Duplicates: KeepDuplicates},
			} {
				if err := s.Decode(bytes.NewReader(encoded(t, s, v)), &back); err != nil || !Equal(v, back) {
					t.Errorf("%s: %s: %s came back as %s, %v", name, s.Name(), v, back, err)
				}
			}
		}
	}
}

// TestCBORAppendix reads the examples of RFC 7049, appendix A.
func TestCBORAppendix(t *testing.T) {
	var examples []struct {
		Hex       string
		Roundtrip bool
		Decoded   json.RawMessage
	}
	if err := json.Unmarshal(read(t, files(t, "cbor", "appendix_a.json")[0]), &examples); err != nil {
		t.Fatal(err)
	}
	for _, example := range examples {
		data, err := hex.DecodeString(example.Hex)
		if err != nil {
			t.Fatal(err)
		}
		var got, want Value
		if err := (Binary{}).Decode(bytes.NewReader(data), &got); err != nil {
			if example.Hex != "f818" { // which RFC 8949 forbids
				t.Errorf("%s: %v", example.Hex, err)
			}
			continue
		}
		if example.Decoded != nil {
			if err := (JSON{}).Decode(bytes.NewReader(example.Decoded), &want); err != nil {
				t.Fatal(err)
			}
			if !Equal(got, want) {
				t.Errorf("%s: got %s, want %s", example.Hex, got, want)
			}
		}
		if again := encoded(t, Binary{}, got); example.Roundtrip && !bytes.Equal(again, data) {
			t.Errorf("%s (%s) is written as %x", example.Hex, got, again)
		}
	}
}

// member finds a value of a map by its name.
func member(v Value, name string) Value {
	for i := range v.Len() {
		if key, value := v.Pair(i); key.Text() == name {
			return value
		}
	}
	return Value{}
}

// TestCBORWorkingGroup reads the vectors of the CBOR working group and compares the values.
func TestCBORWorkingGroup(t *testing.T) {
	for _, path := range files(t, "cbor-wg", "tests/*/*.cbor") {
		var suite Value
		if err := (Binary{Duplicates: KeepDuplicates}).Decode(bytes.NewReader(read(t, path)), &suite); err != nil {
			t.Fatal(path, err)
		}
		fail := Equal(member(suite, "fail"), Bool(true))
		tests := member(suite, "tests")
		for i := range tests.Len() {
			test := tests.Index(i)
			data := member(test, "encoded").Bytes()
			var got Value
			err := Binary{}.Decode(bytes.NewReader(data), &got)
			mustFail := fail || Equal(member(test, "fail"), Bool(true))
			switch {
			case mustFail && err == nil:
				t.Errorf("%s: %s: %x is taken as %s", filepath.Base(path), member(test, "description"), data, got)
			case !mustFail && err != nil:
				t.Errorf("%s: %s: %x: %v", filepath.Base(path), member(test, "description"), data, err)
			case !mustFail && !member(test, "decoded").IsZero() && !Equal(got, member(test, "decoded")):
				t.Errorf(
					"%s: %s: %x is %s, want %s",
					filepath.Base(path),
					member(test, "description"),
					data,
					got,
					member(test, "decoded"),
				)
			}
		}
	}
}

// TestMessagePackSuite reads every encoding of each value and writes the first, which is the shortest.
func TestMessagePackSuite(t *testing.T) {
	var groups map[string][]map[string]json.RawMessage
	if err := json.Unmarshal(read(t, files(t, "msgpack", "msgpack-test-suite.json")[0]), &groups); err != nil {
		t.Fatal(err)
	}
	for group, examples := range groups {
		for _, example := range examples {
			var encodings []string
			if err := json.Unmarshal(example["msgpack"], &encodings); err != nil {
				t.Fatal(err)
			}
			var first Value
			for i, text := range encodings {
				data, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
				if err != nil {
					t.Fatal(err)
				}
				var got Value
				if err := (MessagePack{}).Decode(bytes.NewReader(data), &got); err != nil {
					t.Errorf("%s: %s: %v", group, text, err)
					continue
				}
				if i == 0 {
					first = got
					if again := encoded(t, MessagePack{}, got); len(again) != len(data) {
						t.Errorf("%s: %s (%s) is written as %x", group, text, got, again)
					}
				}
				if f, ok := got.Float(); ok { // the suite counts 1.0 among the encodings of 1
					if i, ok := first.Big(); ok {
						if g, _ := i.Float64(); g != f {
							t.Errorf("%s: %s is %s, the first %s", group, text, got, first)
						}
						continue
					}
				}
				if !Equal(got, first) {
					t.Errorf("%s: %s is %s, the first %s", group, text, got, first)
				}
			}
		}
	}
}

// TestCanonicalJSON compares with the outputs of RFC 8785's authors.
func TestCanonicalJSON(t *testing.T) {
	for _, path := range files(t, "jcs", "input/*.json") {
		got, err := CanonicalJSON(read(t, path), Limits{})
		if err != nil {
			t.Error(path, err)
			continue
		}
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		want, err := hex.DecodeString(
			strings.Join(strings.Fields(string(read(t, files(t, "jcs", "outhex/"+name+".txt")[0]))), ""),
		)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got %s, want %s (%v)", name, got, want, err)
		}
	}
}

// TestCanonicalCBOR checks the order of keys, lengths and floats of the core deterministic form.
func TestCanonicalCBOR(t *testing.T) {
	for text, want := range map[string]string{
		"bf 61 62 01 0a 02 ff":                   "a2 0a 02 61 62 01",
		"a2 62 61 61 01 61 62 02":                "a2 61 62 02 62 61 61 01",
		"9f 18 01 fb 3f f8 00 00 00 00 00 00 ff": "82 01 f9 3e 00",
		"a2 20 01 18 64 02":                      "a2 18 64 02 20 01",
		"5f 41 01 41 02 ff":                      "42 01 02",
	} {
		in, _ := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		got, err := CanonicalCBOR(in, Limits{})
		if err != nil || hex.EncodeToString(got) != strings.ReplaceAll(want, " ", "") {
			t.Errorf("%s: got %x, %v, want %s", text, got, err, want)
		}
	}
	if _, err := CanonicalCBOR([]byte{0x82, 0xd8, 28, 0x80, 0xd8, 29, 0}, Limits{}); err == nil {
		t.Error("a document with shared values was sorted")
	}
}

// TestLengths refuses lengths that no input has, among them the one that is all ones.
func TestLengths(t *testing.T) {
	for _, head := range []string{"9b", "bb", "5b", "7b"} {
		for _, length := range []string{"ffffffffffffffff", "7fffffffffffffff", "8000000000000000", "0000000100000000"} {
			data, _ := hex.DecodeString(head + length + "ff")
			var v Value
			if err := (Binary{}).Decode(bytes.NewReader(data), &v); err == nil {
				t.Errorf("%x is taken as %s", data, v)
			}
		}
	}
}
