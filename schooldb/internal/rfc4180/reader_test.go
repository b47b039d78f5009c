package rfc4180_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/schooldb/internal/rfc4180"
)

// read returns every record as "LINE: field|field" and every error as "LINE! reason".
func read(r io.Reader) []string {
	var got []string
	reader := rfc4180.NewReader(r)
	for {
		fields, err := reader.Read()
		var wrong *rfc4180.RecordError
		switch {
		case errors.As(err, &wrong):
			got = append(got, fmt.Sprintf("%d! %s", reader.Line(), wrong.Reason))
			continue
		case err == io.EOF:
			return got
		case err != nil:
			return append(got, "! "+err.Error())
		}
		texts := make([]string, len(fields))
		for i, field := range fields {
			texts[i] = string(field)
		}
		got = append(got, fmt.Sprintf("%d: %s", reader.Line(), strings.Join(texts, "|")))
	}
}

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"one line", "a,b", []string{"1: a|b"}},
		{"empty lines are no records", "\n\r\na,b\n\n\nc,d\n", []string{"3: a|b", "6: c|d"}},
		{"empty fields", "a,b\n,\n\"\",\"\"", []string{"1: a|b", "2: |", "3: |"}},
		{"CR LF", "a,b\r\nc,d\r\n", []string{"1: a|b", "2: c|d"}},
		{"last CR", "a,b\r\n\"c\",d\r", []string{"1: a|b", "2: c|d"}},
		{"byte order mark", "\ufeffa;b\n1;2,5\n", []string{"1: a|b", "2: 1|2,5"}},
		{"quoted header after the mark", "\ufeff\"a\";b\n", []string{"1: a|b"}},
		{"tabs", "a\tb\n1,2\t;", []string{"1: a|b", "2: 1,2|;"}},
		{"quotes", "a,b\n\"x,\"\"y\"\"\",\"\"\"\"\n", []string{"1: a|b", `2: x,"y"|"`}},
		{
			"lines in quotes", "a,b\n\"1\n2\r\n3\r\",x\ny,\"z\n\"\nq,r\n",
			[]string{"1: a|b", "2: 1\n2\r\n3\r|x", "5: y|z\n", "7: q|r"},
		},
		{"spaces stay", "a,b\n x , \"y\"\n", []string{"1: a|b", "2! there is a quote in a field without quotes"}},
		{"stray quote", "a,b\nx\"y,1\nc,d\n", []string{"1: a|b", "2! there is a quote in a field without quotes", "3: c|d"}},
		{
			"text after quote", "a,b\n\"x\ny\"z,1\nc,d\n",
			[]string{"1: a|b", "2! there is text after the closing quote", "4: c|d"},
		},
		{"stray CR", "a,b\nx\ry,1\n\"c\",d\re\nf,g\n", []string{
			"1: a|b", "2! there is a carriage return in a field without quotes",
			"3! there is a carriage return in a field without quotes", "4: f|g",
		}},
		{"open quote", "a,b\nc,\"d\ne,f\n", []string{"1: a|b", "2! a quote is opened and never closed"}},
		{"endless quote", "a,b\n\"" + strings.Repeat("x", 2<<20), []string{
			"1: a|b", "! a record is longer than 1048576 bytes; is a quote missing?",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, read(strings.NewReader(test.text))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(test.text) > 1000 {
				return
			}
			if diff := cmp.Diff(test.want, read(iotest.OneByteReader(strings.NewReader(test.text)))); diff != "" {
				t.Errorf("byte by byte (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadFails(t *testing.T) {
	got := read(io.MultiReader(strings.NewReader("a,b\nc,d\n"), iotest.ErrReader(errors.New("disk on fire"))))
	if diff := cmp.Diff([]string{"1: a|b", "2: c|d", "! disk on fire"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What AppendField wrote is read back, by this Reader and by encoding/csv.
func FuzzFixedPoint(f *testing.F) {
	f.Add("a", "b,c", "")
	f.Add("\"", "x\ny", "\r")
	f.Add(";", "\t", "\ufeff")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		text := []byte("one,two,three\n")
		for i, field := range []string{a, b, c} {
			if i > 0 {
				text = append(text, ',')
			}
			text = rfc4180.AppendField(text, field)
		}
		text = append(text, '\n')
		want := []string{"1: one|two|three", "2: " + a + "|" + b + "|" + c}
		for _, r := range []io.Reader{strings.NewReader(string(text)), iotest.HalfReader(strings.NewReader(string(text)))} {
			if diff := cmp.Diff(want, read(r)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", text, diff)
			}
		}
		if strings.Contains(a+b+c, "\r") {
			return // encoding/csv loses them
		}
		records, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
		if err != nil || len(records) != 2 || !cmp.Equal(records[1], []string{a, b, c}) {
			t.Errorf("encoding/csv reads %q as %q, %v", text, records, err)
		}
	})
}

// Any bytes are read to the end, each line is counted once.
func FuzzRead(f *testing.F) {
	f.Add("a,b\n\"c\n\"\"d\",e\r\n\r\nx\"")
	f.Fuzz(func(t *testing.T, text string) {
		whole := read(strings.NewReader(text))
		if diff := cmp.Diff(whole, read(iotest.OneByteReader(strings.NewReader(text)))); diff != "" {
			t.Errorf("byte by byte (-whole +bytes):\n%s", diff)
		}
	})
}
