package vcf_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-vcard"
	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant/vcf"
	"github.com/pythonweb/goweb/console/consoletest"
)

// readAll returns the cards of a file and what is wrong with the others.
func readAll(t testing.TB, file string) (cards []*vcf.Card, problems []string) {
	t.Helper()
	r := vcf.NewReader(strings.NewReader(file))
	for {
		card, err := r.Next()
		var bad *vcf.SyntaxError
		switch {
		case err == io.EOF:
			return cards, problems
		case errors.As(err, &bad):
			problems = append(problems, bad.Error())
		case err != nil:
			t.Fatal(err)
		default:
			cards = append(cards, card)
		}
	}
}

func card(lines ...string) string {
	return "BEGIN:VCARD\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

func TestProperties(t *testing.T) {
	for name, test := range map[string]struct{ card, want string }{
		"group and quoted parameter": {
			card("VERSION:4.0", `item1.TEL;VALUE=uri;TYPE="work,voice":tel:+1-418;ext=102`),
			"VERSION:4.0\r\nitem1.TEL;VALUE=uri;TYPE=\"work,voice\":tel:+1-418;ext=102",
		},
		"folded lines": {
			card("VERSION:3.0", "NOTE:Київ", "  і ", "\tЛьвів"),
			"VERSION:3.0\r\nNOTE:Київ і Львів",
		},
		"folded lines of 2.1 keep a space": {card("VERSION:2.1", "NOTE:a", " b"), "VERSION:3.0\r\nNOTE:a b"},
		"quoted-printable": {
			card(
				"VERSION:2.1", "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9E=D0=BB=D0=B5=", "=D0=BD=D0=B0",
				"NOTE;QUOTED-PRINTABLE:a=0D=0A=", "b, c; =3D",
			),
			"VERSION:3.0\r\nFN:Олена\r\nNOTE:a\\nb\\, c; =",
		},
		"broken quoted-printable": {
			card("VERSION:2.1", "FN;QUOTED-PRINTABLE:100=ZZ =41"),
			"VERSION:3.0\r\nFN:100=ZZ A",
		},
		"windows-1251": {
			card("VERSION:2.1", "FN;CHARSET=windows-1251:\xce\xeb\xe5\xed\xe0"),
			"VERSION:3.0\r\nFN:Олена",
		},
		"windows-1251 in quoted-printable": {
			card("VERSION:2.1", "FN;CHARSET=WINDOWS-1251;ENCODING=QUOTED-PRINTABLE:=CE=EB=E5=ED=E0"),
			"VERSION:3.0\r\nFN:Олена",
		},
		"KOI8-R": {
			card("VERSION:2.1", "FN;CHARSET=KOI8-R:\xef\xcc\xc5\xce\xc1"),
			"VERSION:3.0\r\nFN:Олена",
		},
		"windows-1251 that nothing says":    {card("VERSION:3.0", "FN:\xce\xeb\xe5\xed\xe0"), "VERSION:3.0\r\nFN:Олена"},
		"KOI8-U that nothing says":          {card("VERSION:3.0", "FN:\xef\xcc\xc5\xce\xc1"), "VERSION:3.0\r\nFN:Олена"},
		"a character set that is not there": {card("VERSION:3.0", "FN;CHARSET=klingon:Олена"), "VERSION:3.0\r\nFN:Олена"},
		"types without a name": {
			card("VERSION:2.1", "TEL;CELL;PREF:1", "KEY;X509;BASE64:", "  AA==", ""),
			"VERSION:3.0\r\nTEL;TYPE=CELL;TYPE=PREF:1\r\nKEY;TYPE=X509;ENCODING=b:AA==",
		},
		"base64 that is not folded": {
			card("VERSION:2.1", "PHOTO;ENCODING=BASE64;JPEG:/9j/", "4AAQ", "SkZJ", "", "FN:a"),
			"VERSION:3.0\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJ\r\nFN:a",
		},
		"text that is not folded": {
			card("VERSION:3.0", "NOTE:перший", "другий"),
			"VERSION:3.0\r\nNOTE:перший\\nдругий",
		},
		"commas of 2.1": {
			card("VERSION:2.1", `ADR:;;a, b\;c;d`, `NOTE:C:\dir`, `CATEGORIES:a,b`, `X-JSON:{"a":1,"b":2}`),
			"VERSION:3.0\r\nADR:;;a\\, b\\;c;d\r\nNOTE:C:\\\\dir\r\nCATEGORIES:a,b\r\nX-JSON:{\"a\":1,\"b\":2}",
		},
		"no version, small letters": {"begin:vcard\nfn:a\nend:vcard\n", "VERSION:3.0\r\nFN:a"},
		"an agent": {
			card("VERSION:2.1", "AGENT:", "BEGIN:VCARD", "FN:b", "END:VCARD", "FN:a"),
			"VERSION:3.0\r\nAGENT:BEGIN:VCARD\\nFN:b\\nEND:VCARD\\n\r\nFN:a",
		},
		"a quote in a parameter": {card("VERSION:3.0", `X-A;LABEL=a"b:c`), "VERSION:3.0\r\nX-A;LABEL=a^'b:c"},
	} {
		t.Run(name, func(t *testing.T) {
			cards, problems := readAll(t, test.card)
			if len(cards) != 1 || problems != nil {
				t.Fatalf("%d cards, problems %q", len(cards), problems)
			}
			want := "BEGIN:VCARD\r\n" + test.want + "\r\nEND:VCARD\r\n"
			if diff := cmp.Diff(want, string(cards[0].Canonical())); diff != "" {
				t.Error(diff)
			}
			if !bytes.Equal(cards[0].Source, []byte(test.card)) {
				t.Errorf("source is %q", cards[0].Source)
			}
		})
	}
}

// What was read and not changed is written byte for byte, whatever program wrote it; a property that is changed is
// written anew, and nothing else.
func TestBytesAreKept(t *testing.T) {
	source := "begin:VCARD\nVERSION:3.0\r\nFN;CHARSET=UTF-8:Олена\n\nitem1.TEL;type=CELL:06712\r\n 34567\n" +
		"item1.X-ABLabel:дача\r\nnote;encoding=quoted-printable:=41=\r\nB\r\nend:vcard\r\n"
	c, err := vcf.Parse([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(source, string(c.Encode())); diff != "" {
		t.Error(diff)
	}
	c.First("FN").Value = "Оля"
	want := strings.Replace(source, "FN;CHARSET=UTF-8:Олена\n\n", "FN:Оля\r\n", 1)
	if diff := cmp.Diff(want, string(c.Encode())); diff != "" {
		t.Error(diff)
	}
	c.Properties = c.Properties[:1]
	if diff := cmp.Diff("begin:VCARD\nVERSION:3.0\r\nFN:Оля\r\nend:vcard\r\n", string(c.Encode())); diff != "" {
		t.Error(diff)
	}
}

func TestBadCardsAreRefusedOneByOne(t *testing.T) {
	file := "hello\nworld\n\n" + card("FN:a") + "junk\r\n" +
		"BEGIN:VCARD\r\nFN:no end\r\n" + card("FN:b") + "BEGIN:VCARD\r\nFN:c\r\n"
	cards, problems := readAll(t, file)
	var names []string
	for _, c := range cards {
		names = append(names, c.First("FN").Text())
	}
	if diff := cmp.Diff([]string{"a", "b"}, names); diff != "" {
		t.Error(diff)
	}
	want := []string{
		"line 1: not a vCard: BEGIN:VCARD expected",
		"line 7: not a vCard: BEGIN:VCARD expected",
		"line 8: the card has no END:VCARD",
		"line 13: the card has no END:VCARD",
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Error(diff)
	}
}

func TestUTF16AndByteOrderMarks(t *testing.T) {
	for name, file := range map[string]string{
		"UTF-8": "\xef\xbb\xbfBEGIN:VCARD\nFN:Ї\nEND:VCARD\n",
		"UTF-16LE": "\xff\xfeB\x00E\x00G\x00I\x00N\x00:\x00V\x00C\x00A\x00R\x00D\x00\n\x00" +
			"F\x00N\x00:\x00\x07\x04\n\x00" +
			"E\x00N\x00D\x00:\x00V\x00C\x00A\x00R\x00D\x00\n\x00",
	} {
		cards, problems := readAll(t, file)
		if len(cards) != 1 || cards[0].First("FN").Text() != "Ї" {
			t.Errorf("%s: %d cards, problems %q", name, len(cards), problems)
		}
	}
}

func TestValues(t *testing.T) {
	p := vcf.Property{Value: `Doe\, Jr.;John;a\;b,c\\;\nx\N`}
	if diff := cmp.Diff([]string{"Doe, Jr.", "John", "a;b,c\\", "\nx\n"}, p.Components()); diff != "" {
		t.Error(diff)
	}
	p.Value = `a\,b,c,`
	if diff := cmp.Diff([]string{"a,b", "c", ""}, p.List()); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"", "a", "a\nb", `\`, `\n`, `a,b;c:d\\`, "\\"} {
		if got := vcf.Unescape(vcf.Escape(text)); got != text {
			t.Errorf("%q comes back as %q", text, got)
		}
	}
}

// Lines are folded after 75 bytes and never inside a character.
func TestFolding(t *testing.T) {
	c := &vcf.Card{Version: "3.0", Properties: []vcf.Property{{Name: "NOTE", Value: strings.Repeat("ї ", 200) + "🙂"}}}
	for line := range strings.SplitSeq(string(c.Encode()), "\r\n") {
		if len(line) > 75 || strings.ToValidUTF8(line, "") != line {
			t.Errorf("%d bytes: %q", len(line), line)
		}
	}
	back, err := vcf.Parse(c.Encode())
	if err != nil || back.Properties[0].Value != c.Properties[0].Value {
		t.Errorf("comes back as %v, %v", back, err)
	}
}

// What real programs write is read whole, writing it is a fixed point, and another library reads the same from it.
func TestFilesOfRealPrograms(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(consoletest.Vectors(t, "vcard"), "*.vcf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cards, problems := readAll(t, string(content))
		if len(cards) == 0 || problems != nil {
			t.Errorf("%s: %d cards, problems %q", file, len(cards), problems)
		}
		for _, c := range cards {
			checkFixedPoint(t, c)
			other, err := vcard.NewDecoder(bytes.NewReader(c.Encode())).Decode()
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			for _, p := range c.Properties {
				if p.Name == vcard.FieldFormattedName && p.Text() != other.Value(vcard.FieldFormattedName) {
					t.Errorf("%s: FN is %q and go-vcard reads %q", file, p.Text(), other.Value(vcard.FieldFormattedName))
				}
			}
		}
	}
}

func checkFixedPoint(t testing.TB, c *vcf.Card) {
	t.Helper()
	first := c.Encode()
	again, err := vcf.Parse(first)
	if err != nil {
		t.Errorf("what was written is no card: %v\n%q", err, first)
		return
	}
	if diff := cmp.Diff(string(first), string(again.Encode())); diff != "" {
		t.Errorf("writing is no fixed point:\n%s", diff)
	}
	if len(again.Properties) != len(c.Properties) {
		t.Errorf("%d properties were written and %d came back: %q", len(c.Properties), len(again.Properties), first)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(
		[]byte(card("VERSION:2.1", "FN;CHARSET=KOI8-R;ENCODING=QUOTED-PRINTABLE:=EF=", "=CC", "PHOTO;BASE64:", " AA==", "")),
	)
	f.Add([]byte(card("VERSION:4.0", `item1.TEL;VALUE=uri;TYPE="work,voice":tel:+1;ext=102`, "NOTE:a", "  b", `X;A="`)))
	f.Add([]byte(card("AGENT:", "BEGIN:VCARD", "FN:b", "END:VCARD", "junk")))
	f.Add([]byte("\xff\xfeB\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		cards, _ := readAll(t, string(file))
		for _, c := range cards {
			checkFixedPoint(t, c)
			for i := range c.Properties {
				p := &c.Properties[i]
				_, _, _, _ = p.Text(), p.Components(), p.List(), p.Types()
			}
		}
	})
}

func ExampleReader() {
	r := vcf.NewReader(
		strings.NewReader(
			"BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;QUOTED-PRINTABLE:=D0=87=D0=B6=D0=B0=D0=BA\nEND:VCARD\n",
		),
	)
	card, err := r.Next()
	if err != nil {
		panic(err)
	}
	os.Stdout.WriteString(strings.ReplaceAll(string(card.Encode()), "\r", ""))
	// Output:
	// BEGIN:VCARD
	// VERSION:3.0
	// FN:Їжак
	// END:VCARD
}
