package pickle_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/serializer"
	"github.com/pythonweb/goweb/serializer/pickle"
)

// TestPythonsPickles reads what Python's own pickle writes of every kind, in every protocol.
func TestPythonsPickles(t *testing.T) {
	python := consoletest.Need(t, "/usr/bin/python3", "python3")
	dir := t.TempDir()
	if out, err := exec.Command(python, "testdata/write.py", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile("testdata/expected.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, want, _ := strings.Cut(strings.TrimSpace(line), " ")
		protocols, err := filepath.Glob(filepath.Join(dir, name+".*.pickle"))
		if err != nil || len(protocols) == 0 {
			t.Fatalf("no pickles of %s: %v", name, err)
		}
		for _, path := range protocols {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			v, err := pickle.Read(bytes.NewReader(data), serializer.Limits{})
			if err != nil {
				t.Errorf("%s: %v", filepath.Base(path), err)
				continue
			}
			var got bytes.Buffer
			if err := (serializer.JSON{}).Encode(&got, v); err != nil {
				t.Fatal(err)
			}
			if strings.TrimSpace(got.String()) != want {
				t.Errorf("%s: got\n%swant\n%s", filepath.Base(path), &got, want)
			}
			for _, s := range serializer.Serializers() {
				var b bytes.Buffer
				var back serializer.Value
				if err := s.Encode(&b, v); err != nil {
					t.Fatal(err)
				}
				if err := s.Decode(&b, &back); err != nil || !serializer.Equal(v, back) {
					t.Errorf("%s by way of %s: %s came back as %s, %v", filepath.Base(path), s.Name(), v, back, err)
				}
			}
		}
	}
}

// TestRefused are programs that are more than data, and texts that are no pickles.
func TestRefused(t *testing.T) {
	const notData = ", which is not plain data"
	for program, want := range map[string]string{
		"cos\nsystem\n(S'id'\ntR.":              "offset 0: the pickle would import and call os.system" + notData,
		"cbuiltins\neval\n(S'1'\ntR.":           "offset 0: the pickle would import and call builtins.eval" + notData,
		"c__builtin__\neval\n.":                 "offset 0: the pickle would import builtins.eval" + notData,
		"\x80\x04\x8c\x02os\x8c\x06system\x93.": "offset 14: the pickle would import os.system" + notData,
		"(cos\nsystem\nl.":                      "offset 1: the pickle would import os.system" + notData,
		"cshop\nitem\n(I1\ntR.":                 "offset 0: the pickle would import and call shop.item" + notData,
		"cbuiltins\ngetattr\n(cos\n\nS'x'\ntR.": `offset 19: "os." is not the name of a class`,
		"(ios\nsystem\n.":                       "offset 1: the pickle would import and call os.system" + notData,
		"csubprocess\nPopen\n)\x81.": "offset 0: " +
			"the pickle would import and call subprocess.Popen" + notData,
		"ccollections\ndefaultdict\n(cos\nsystem\ntR.": "offset 26: the pickle would import and call os.system" + notData,
		"cshop\nItem\n(I1\nI2\ntR.":                    "offset 0: the pickle would import and call shop.Item" + notData,
		"cshop\nItem\n(]tR.":                           "offset 0: the pickle would import and call shop.Item" + notData,
		"cbuiltins\ngetattr\n(cos\nPath\nS'x'\ntR.":    "offset 19: the pickle would import and call os.Path" + notData,
		"cbuiltins\ngetattr\n(cshop\nC\nS'__x'\ntR.":   "offset 19: the pickle would import and call shop.C" + notData,
		"c_operator\nor_\n(I1\nI2\ntR.":                "offset 0: the pickle would import and call _operator.or_" + notData,
		"cpandas\nSeries\n(I1\ntR.": "offset 0: the pickle would import and call pandas.Series" + notData +
			": pandas pickles its objects in another form in every version " +
			"(in Python, write them with to_json, to_csv or to_parquet)",
		"Pid\n.":                                "offset 0: persistent id: the object is outside the file",
		"\x82\x01.":                             "offset 0: extension code: its meaning is outside the file",
		"\x80\x05\x97.":                         "offset 2: out-of-band buffer: the object is outside the file",
		"\x80\x06N.":                            "offset 0: unknown protocol 6; 5 is the newest",
		"N.x":                                   "offset 2: more bytes after the pickle",
		"N":                                     "offset 1: the pickle ends too early",
		"":                                      "offset 0: the pickle ends too early",
		"\xff":                                  "offset 0: unknown opcode 0xff",
		"(.":                                    "offset 1: the stack does not have what the opcode needs",
		"a.":                                    "offset 0: the stack does not have what the opcode needs",
		"h\x05.":                                "offset 0: the memo has nothing at 5",
		"\x8e\xff\xff\xff\xff\xff\xff\xff\xff.": "offset 0: the pickle ends too early",
		"(I1\nI2\nI1.0\nI3\nd.":                 `offset 7: "1.0" is not an integer`,
		"(I1\nI2\nF1.0\nI3\nd.":                 "offset 15: duplicate key in a dict",
		"(]]d.":                                 "offset 3: a list cannot be a key: it is mutable",
		"cm\xe9\n\x9a\x97n\n.":                  `offset 0: "m\xe9.\x9a\x97n" is not the name of a class`,
		"U\x01\xff.": "offset 3: a str of Python 2 that is not ASCII may be text or bytes " +
			"(name its encoding, or bytes)",
		"cuuid\nUUID\n)\x81.": "offset 12: uuid.UUID without its state",
		"cfractions\nFraction\n(I1\nI0\ntR.": "offset 28: fractions.Fraction: " +
			"called in a way that Python's own pickles never use",
	} {
		v, err := pickle.Read(strings.NewReader(program), serializer.Limits{})
		if err == nil {
			t.Errorf("%q is taken as %s", program, v)
		} else if err.Error() != want {
			t.Errorf("%q: got %v, want %s", program, err, want)
		}
	}
}

// TestExpansion refuses or shares what would grow without bound.
func TestExpansion(t *testing.T) {
	bomb := "]q\x000" + strings.Repeat("]h\x00ah\x00aq\x000", 27) + "h\x00." // lists of twice the one before
	v, err := pickle.Read(strings.NewReader(bomb), serializer.Limits{})
	if err != nil {
		t.Fatalf("2^27 leaves: %v", err)
	}
	var b bytes.Buffer
	if err := (serializer.JSON{}).Encode(&b, v); err != nil || b.Len() > 1<<16 {
		t.Errorf("2^27 leaves are written in %d bytes, %v", b.Len(), err)
	}
	repeated := "X\x00\x78\x00\x00" + strings.Repeat("x", 30_720) + "q\x000](" + strings.Repeat("h\x00", 16_000) + "e."
	if _, err := pickle.Read(strings.NewReader(repeated), serializer.Limits{}); !errors.Is(err, serializer.ErrLimit) {
		t.Errorf("30 KiB repeated 16,000 times: %v", err)
	}
	deep := strings.Repeat("(", 60_000) + strings.Repeat("l", 60_000) + "."
	if _, err := pickle.Read(strings.NewReader(deep), serializer.Limits{}); !errors.Is(err, serializer.ErrLimit) {
		t.Errorf("60,000 lists inside each other: %v", err)
	}
	key := "(I1\nt"
	for range 40 {
		key += "q\x000h\x00h\x00\x86"
	}
	if _, err := pickle.Read(strings.NewReader("("+key+"Nd."), serializer.Limits{}); !errors.Is(err, serializer.ErrLimit) {
		t.Errorf("a key of 2^40 leaves: %v", err)
	}
}

// TestReaderAgrees: the events that a reader gives while it goes through the objects are those of the value.
func TestReaderAgrees(t *testing.T) {
	for _, program := range []string{
		"(lp0\nI1\nag0\na.", "(lp0\nI1\na(g0\ng0\ntp1\n(g1\ng1\nl.", "((I1\ntp0\n(g0\nNd(g0\ng0\nlp1\n(S'a'\ng1\ndg1\nl.",
		"\x80\x02cshop\nItem\nq\x00)\x81q\x01}q\x02U\x01pq\x03]q\x04(h\x01h\x04esb.", "N.", "(.", ")q\x00h\x00\x86.",
	} {
		want, wrong := pickle.Read(strings.NewReader(program), serializer.Limits{})
		var got serializer.Value
		r, err := pickle.NewReader(strings.NewReader(program), serializer.Limits{})
		if err == nil {
			got, err = serializer.ReadValue(r)
		}
		if (err == nil) != (wrong == nil) || err == nil && !serializer.Equal(got, want) {
			t.Errorf("%q: %s, %v, want %s, %v", program, got, err, want, wrong)
		}
	}
	r, err := pickle.NewReader(strings.NewReader("((S'a'\n(I1\ncos\nsystem\nldl."), serializer.Limits{})
	if err == nil {
		err = serializer.Copy(serializer.Discard, r)
	}
	if err == nil || r.Path() != "$[0].a[1]" {
		t.Errorf("a name in a list: %v at %s", err, r.Path())
	}
}

// FuzzPickle checks that a pickle is refused, or comes back equal from every format.
func FuzzPickle(f *testing.F) {
	for _, seed := range []string{
		"N.", "(lp0\nI1\naF1.5\naS'a'\naVb\na.", "\x80\x04]\x94(K\x01h\x00e.",
		"\x80\x02cshop\nItem\nq\x00)\x81q\x01}q\x02U\x01pq\x03K\x05sb.",
		"cdatetime\ndatetime\n(C\x0a\x07\xea\x01\x02\x03\x04\x05\x00\x00\x06tR.",
		"cdecimal\nDecimal\n(X\x04\x00\x00\x001.10tR.",
		"\x80\x04\x8c\x0bcollections\x8c\x0bOrderedDict\x93)R(\x8c\x01bK\x01u.", "(K\x01K\x02\x91.",
		"\x8f(K\x01\x90.", "\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.",
		"ccopyreg\n_reconstructor\n(cshop\nL\nc__builtin__\nlist\n(lI1\natR}S'x'\nI1\nsb.",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := pickle.Read(bytes.NewReader(data), serializer.Limits{})
		if err != nil {
			return
		}
		r, err := pickle.Options{Sequence: true}.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if streamed, err := serializer.ReadValue(r); err != nil || !serializer.Equal(v, streamed) {
			t.Fatalf("%q: %s, as a stream %s, %v", data, v, streamed, err)
		}
		for _, s := range serializer.Serializers() {
			var b bytes.Buffer
			var back serializer.Value
			if err := s.Encode(&b, v); err != nil {
				t.Fatalf("%q: %s: %v", data, s.Name(), err)
			}
			text := b.String()
			if err := s.Decode(&b, &back); err != nil || !serializer.Equal(v, back) {
				t.Fatalf("%q: %s: %s is written as %q and read as %s, %v", data, s.Name(), v, text, back, err)
			}
		}
		if err := pickle.Disassemble(bytes.NewReader(data), func(pickle.Op) error { return nil }); err != nil {
			t.Fatalf("%q: %v", data, err)
		}
	})
}
