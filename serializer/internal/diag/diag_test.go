package diag_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/serializer/internal/diag"
)

// TestNotation are encodings and their notation, which is read back to the same bytes.
func TestNotation(t *testing.T) {
	for encoded, want := range map[string]string{
		"00": "0", "1817": "23_0", "190001": "1_1", "1b0000000000000001": "1_3",
		"3bffffffffffffffff":     "-18446744073709551616",
		"c249010000000000000000": "2(h'010000000000000000')", "f93c00": "1.0", "fb3ff0000000000000": "1.0_3",
		"fa3fc00000": "1.5_2",
		"f97e00":     "NaN", "f97e01": "float'7e01'", "fa7fc00000": "NaN_2", "f9fc00": "-Infinity",
		"fb7e37e43c8800759c": "1.0e+300",
		"f4":                 "false", "f7": "undefined", "f8ff": "simple(255)", "e0": "simple(0)", "40": "h''",
		"580100":   "h'00'_0",
		"63e6b0b4": `"水"`, "625c22": `"\\\""`, "7f6161ff": `(_ "a")`, "7fff": `""_`, "5fff": "''_",
		"5f4101420203ff": "(_ h'01', h'0203')",
		"80":             "[]", "9fff": "[_ ]", "98020102": "[_0 1, 2]", "a201020304": "{1: 2, 3: 4}", "bf0102ff": "{_ 1: 2}",
		"d81801": "24(1)", "d9000101": "1_1(1)", "0102": "1, 2", "c11a514b67b0": "1(1363896240)",
	} {
		data, err := hex.DecodeString(encoded)
		if err != nil {
			t.Fatal(err)
		}
		got, err := diag.Append(nil, data, 100)
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v, want %s", encoded, got, err, want)
			continue
		}
		back, err := diag.Parse(got, 100, nil)
		if err != nil || !bytes.Equal(back, data) {
			t.Errorf("%s: comes back as %x, %v", got, back, err)
		}
	}
}

// TestSpellings are other ways to write the same.
func TestSpellings(t *testing.T) {
	for text, want := range map[string]string{
		"0x10": "10", "-0b101": "24", "0o17": "0f", "+5": "05", "1e3": "f963d0", "0x1p4": "f94c00",
		"18446744073709551616": "c249010000000000000000",
		"'ab'":                 "426162", "b64'AQI='": "420102", "b64'_-8'": "42ffef", "h'01 /x/ 02'": "",
		"b32'AEBA===='": "420102",
		"<<1, 2>>":      "420102", `"a" + "b"`: "626162", "'a' + h'62'": "426162", "`\\`": "615c",
		`"\u{1f600}"`:    "64f09f9880",
		`"\ud83d\ude00"`: "64f09f9880", `'\''`: "4127", "[1 2,]": "820102", "{1:2,}": "a10102",
		"# x\n1 / y / // z": "01", "Infinity": "f97c00",
		"1_i": "01", "": "",
	} {
		got, err := diag.Parse([]byte(text), 100, nil)
		if want == "" && text != "" {
			if err == nil {
				t.Errorf("%s: taken as %x", text, got)
			}
			continue
		}
		if err != nil || hex.EncodeToString(got) != want {
			t.Errorf("%s: got %x, %v, want %s", text, got, err, want)
		}
	}
}

// TestRefused: what is no notation, with its place.
func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"[1": "offset 2: the input ends too early", "[1}": "unexpected '}'", "{1}": "instead of a colon",
		"1(":  "too early",
		"1(2": "one value in its parentheses", "(1)": "only begin the chunks", "(_ )": "written as",
		`(_ "a", h'00')`: "cannot be chunks",
		"300_0":          "does not fit", "1.1_1": "does not fit", "01": "is not a number",
		"1_9":   "unknown encoding indicator",
		"x'00'": "unknown kind of literal",
		"h'0'":  "not valid in its encoding", "simple(24)": "simple() takes", "float'00'": "float'' takes",
		`"\ud800"`: "surrogate", `"\q"`: "unknown escape",
		"\n ?": "(line 2, column 2)", "tru": "unexpected", "/": "unexpected", "'a": "too early", `"a"_`: "not empty",
		"2_": "after a number",
	} {
		if got, err := diag.Parse([]byte(text), 100, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %x, %v, want %s", text, got, err, want)
		}
	}
	if _, err := diag.Parse(bytes.Repeat([]byte("["), 1e6), 100, nil); err == nil || !strings.Contains(err.Error(),
		"deeper") {
		t.Errorf("1,000,000 lists: %v", err)
	}
	if _, err := diag.Append(nil, bytes.Repeat([]byte{0x81}, 1e6), 100); err == nil ||
		!strings.Contains(err.Error(), "deeper") {
		t.Errorf("1,000,000 lists: %v", err)
	}
	for _, encoded := range []string{"82", "62", "5f61ff", "1c", "ff", "61ff", "f818", "9b7fffffffffffffff", "bf01"} {
		data, err := hex.DecodeString(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := diag.Append(nil, data, 100); err == nil {
			t.Errorf("%s is shown as %s", encoded, got)
		}
	}
}

// FuzzParse: what is read is written so that it is read as the same bytes.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"[_ 1_1, {\"a\": 'b'}]", "(_ h'01', h'02')", "24(<<1, 2.5_3>>)", "-0x1p-3 # x",
		`"a" + "\u{41}"`, "simple(99)",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		data, err := diag.Parse(text, 100, nil)
		if err != nil {
			return
		}
		again, err := diag.Append(nil, data, 400)
		if err != nil {
			t.Fatalf("%q is encoded as %x, which is not shown: %v", text, data, err)
		}
		if back, err := diag.Parse(again, 400, nil); err != nil || !bytes.Equal(back, data) {
			t.Fatalf("%q: %x is shown as %q and read as %x, %v", text, data, again, back, err)
		}
	})
}
