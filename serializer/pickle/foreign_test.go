package pickle_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle"
)

// TestForeignPickles reads what numpy and Python's library write of enums, paths, addresses, arrays and more.
func TestForeignPickles(t *testing.T) {
	text, err := os.ReadFile("testdata/foreign.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(fields) != 3 {
			t.Fatalf("%.60q is not a name, a pickle and JSON", line)
		}
		data, err := base64.StdEncoding.DecodeString(fields[1])
		if err != nil {
			t.Fatal(err)
		}
		v, err := pickle.Read(bytes.NewReader(data), serializer.Limits{})
		if err != nil {
			t.Errorf("%s: %v", fields[0], err)
			continue
		}
		got, err := serializer.JSON{}.Marshal(v)
		if err != nil || strings.TrimSpace(string(got)) != fields[2] {
			t.Errorf("%s: got\n%s, %v, want\n%s", fields[0], got, err, fields[2])
		}
		for _, s := range serializer.Serializers() {
			var b bytes.Buffer
			var back serializer.Value
			if err := s.Encode(&b, v); err != nil {
				t.Fatal(err)
			}
			if err := s.Decode(&b, &back); err != nil || !serializer.Equal(v, back) {
				t.Errorf("%s by way of %s: %s came back as %s, %v", fields[0], s.Name(), v, back, err)
			}
		}
	}
}

// TestEncoding reads the str of Python 2 as pickle.load does with its encoding.
func TestEncoding(t *testing.T) {
	const program = "U\x03\xef\xb3\xe0." // "піа" in cp1251
	for encoding, want := range map[string]string{
		"cp1251": `"піа"`, "windows-1251": `"піа"`, "latin1": `"ï³à"`, "iso-8859-1": `"ï³à"`, "bytes": `{"$bytes":"77Pg"}`,
		"utf-8": "error", "ascii": "error", "": "error", "koi8_u": `"ОЁЮ"`, "klingon": "error",
	} {
		v, err := pickle.Options{Encoding: encoding}.Read(strings.NewReader(program))
		got := v.String()
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: got %s, %v, want %s", encoding, got, err, want)
		}
	}
	twice := "(U\x01aN" + "X\x01\x00\x00\x00aNd."
	if _, err := (pickle.Options{}).Read(strings.NewReader(twice)); err == nil {
		t.Error("one key in two types of string is taken")
	}
	if v, err := (pickle.Options{Encoding: "bytes"}).Read(strings.NewReader(twice)); err != nil || v.Len() != 2 {
		t.Errorf("bytes and text are different keys: %s, %v", v, err)
	}
}

// TestKeepClasses keeps what is refused otherwise, and calls nothing.
func TestKeepClasses(t *testing.T) {
	for program, want := range map[string]string{
		"cshop\nmake\n(I1\nI2\ntR}S'a'\nI3\nsb.": `{"$type":"shop.make","args,state":[{"$tuple":[1,2]},{"a":3}]}`,
		"cos\nsystem\n(S'id'\ntR.":               `{"$type":"posix.system","args":[{"$tuple":["id"]}]}`,
		"cshop\nItem\n.":                         `"shop.Item"`,
		"cbuiltins\nset\n(I1\ntR.":               `{"$type":"builtins.set","args":[{"$tuple":[1]}]}`,
		"ccopyreg\n_reconstructor\n(cshop\nT\ncos\nstat_result\nI1\ntR.": `{"$type":"copyreg._reconstructor",` +
			`"args":[{"$tuple":["shop.T","os.stat_result",1]}]}`,
	} {
		v, err := pickle.Options{KeepClasses: true}.Read(strings.NewReader(program))
		if got := v.String(); err != nil || got != strings.Replace(want, "posix", "os", 1) {
			t.Errorf("%q: got %s, %v, want %s", program, got, err, want)
		}
		if _, err := (pickle.Options{}).Read(strings.NewReader(program)); err == nil {
			t.Errorf("%q is taken without being told to", program)
		}
	}
}

// TestArraysRefused are arrays whose bytes are not what their shape and type say.
func TestArraysRefused(t *testing.T) {
	const (
		empty = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
		dtype = "cnumpy\ndtype\n(S'f8'\nI00\nI01\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntb"
	)
	for _, program := range []string{
		empty + "(I1\n(I2\nt" + dtype + "I00\nS'12345678'\ntb.",
		empty + "(I1\n(I-1\nt" + dtype + "I00\nS''\ntb.",
		empty + "(I1\n(I4611686018427387903\nI4611686018427387903\nt" + dtype + "I00\nS'12345678'\ntb.",
		empty + ".",
		"cnumpy\ndtype\n(S'f3'\nI00\nI01\ntR.",
		"cnumpy.core.multiarray\nscalar\n(" + dtype + "S'1'\ntR.",
		"carray\n_array_reconstructor\n(carray\narray\nS'i'\nI8\nC\x03abctR.",
		"carray\narray\n(S'b'\n(lI200\natR.",
	} {
		if v, err := pickle.Read(strings.NewReader(program), serializer.Limits{}); err == nil {
			t.Errorf("%q is taken as %s", program, v)
		}
	}
	const (
		record = "cnumpy\ndtype\n(S'V2'\nI00\nI01\ntRp9\n(I3\nS'|'\nN(S'a'\nt(dS'a'\n("
		byte1  = "cnumpy\ndtype\n(S'u1'\nI00\nI01\ntR(I3\nS'|'\nNNNI-1\nI-1\nI0\ntb"
	)
	for _, program := range []string{
		empty + "(I1\n(I1\nt" + record + "g9\nI0\ntsI2\nI1\nI0\ntbI00\nS'12'\ntb.", // a record in itself
		empty + "(I1\n(I1\nt" + record + byte1 + "I2\ntsI2\nI1\nI0\ntbI00\nS'12'\ntb.",
		empty + "(I1\n(I1\nt" + record + byte1 + "I-1\ntsI2\nI1\nI0\ntbI00\nS'12'\ntb.",
		empty + "(I1\n(I1\nt" + record + byte1 + "I0\ntsI2\nI1\nI0\ntbI00\nS'123'\ntb.",
	} {
		if v, err := pickle.Read(strings.NewReader(program), serializer.Limits{}); err == nil {
			t.Errorf("%q is taken as %s", program, v)
		}
	}
	one := empty + "(I1\n(I1\nt" + record + byte1 + "I1\ntsI2\nI1\nI0\ntbI00\nS'12'\ntb."
	if v, err := pickle.Read(strings.NewReader(one), serializer.Limits{}); err != nil ||
		v.String() != `{"$type":"numpy.ndarray","state":{"a":{"$tag":[64,{"$bytes":"Mg=="}]}}}` {
		t.Errorf("the record itself: %s, %v", v, err)
	}
	whole := empty + "(I1\n(I1\nt" + dtype + "I00\nS'12345678'\ntb."
	if v, err := pickle.Read(strings.NewReader(whole), serializer.Limits{}); err != nil {
		t.Errorf("the array itself: %s, %v", v, err)
	}
}

// TestRest: bytes behind a pickle are handed over, or refused; what is meant as a pickle is neither.
func TestRest(t *testing.T) {
	for data, want := range map[string]int64{
		"N.rest": 4, "N.": 0, "N.\n": 0, "N.N.rest": 4, "N..": 1, "N.\x80\x04K": -1, "N.cos\nsystem\n)R.": -1, "rest": -1,
	} {
		rest := int64(0)
		_, err := pickle.Options{Rest: func(offset, size int64) {
			if rest = size; offset+size != int64(len(data)) {
				t.Errorf("%q: %d bytes from %d on", data, size, offset)
			}
		}}.ReadAll(strings.NewReader(data))
		if err != nil {
			rest = -1
		}
		if rest != want {
			t.Errorf("%q: %d bytes, want %d, %v", data, rest, want, err)
		}
		if _, err := pickle.ReadAll(strings.NewReader(data), serializer.Limits{}); (err == nil) != (want == 0) {
			t.Errorf("%q without Rest: %v", data, err)
		}
	}
}
