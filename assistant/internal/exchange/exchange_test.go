package exchange_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/exchange"
	"github.com/pythonweb/goweb/assistant/vcf"
)

// read returns the contacts of a file, without what stands for their cards, and what is wrong with the others.
func read(t *testing.T, file string) (list []*assistant.Contact, problems []string) {
	t.Helper()
	for card, err := range exchange.Cards(strings.NewReader(file)) {
		var bad *vcf.SyntaxError
		if errors.As(err, &bad) {
			problems = append(problems, bad.Error())
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		c, err := assistant.ReadVCard(card, "UA")
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		c.ID, c.Source, c.Other = "", nil, nil
		list = append(list, c)
	}
	return list, problems
}

func date(text string) assistant.Date {
	d, err := assistant.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

const google2024 = "\ufeffFirst Name,Middle Name,Last Name,Name Prefix,Nickname,Organization " +
	"Name,Birthday,Notes,Labels," +
	"E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Street,Address 1 " +
	"- City\r\n" +
	"Олена,Петрівна,Коваль,,Оля,Садок,1990-05-04,\"рядок\r\nдругий\",* myContacts ::: Родина ::: друзі," +
	"* Work,olena@example.com ::: o@example.org,дача,067 123 45 67 ::: 044 123 45 67,Home,Садова 1,Київ\r\n" +
	",,,,,,,,* myContacts,,only@example.com,,,,,\r\n"

const googleOld = "Name,Given Name,Family Name,Birthday,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - " +
	"Type,Phone 1 - Value\n" +
	"Тарас Лис,Тарас,Лис,--02-29,* myContacts ::: клієнти,Home,taras@example.com,Mobile,0671112233\n"

const outlook = "First Name,Last Name,Company,Mobile Phone,Business Phone,E-mail Address,Birthday,Categories,Home " +
	"Street,Home City\r\n" +
	"Марта,Горда,Завод,067 111 22 33,,marta@example.com,12/31/1990,родина;VIP,Польова 2,Львів\r\n" +
	"Іван,Ніч,,,,ivan@example.com,0/0/00,,,\r\n"

const mozilla = "dn: cn=Olena,mail=olena@example.com\nobjectclass: top\nobjectclass: person\ncn:: " +
	"0J7Qu9C10L3QsA==\nmail: olena@exam\n ple.com\n" +
	"mobile: 067 123 45 67\nbirthyear: 1990\nbirthmonth: 5\nbirthday: 4\n\ndn: cn=list\nobjectclass: groupOfNames\ncn: " +
	"list\n\nthis is no entry\n"

const jcard = `["vcard",[["version",{},"text","4.0"],["fn",{},"text","Олена Коваль"],
	["n",{},"text",["Коваль","Олена","","",""]],
	["tel",{"type":["cell"],"group":"item1"},"uri","tel:+380671234567"],
	["bday",{},"date-and-or-time","--05-04"],["categories",{},"text","а","б"]]]`

func TestFilesOfOtherAddressBooks(t *testing.T) {
	windows, err := charmap.Windows1251.NewEncoder().String(outlook)
	if err != nil {
		t.Fatal(err)
	}
	phone := func(kind, typed, e164 string) assistant.Phone {
		return assistant.Phone{Type: kind, Typed: typed, E164: e164}
	}
	marta := []*assistant.Contact{{
		Name: "Марта Горда", Parts: assistant.NameParts{Given: "Марта", Family: "Горда"}, Organization: "Завод",
		Phones: []assistant.Phone{phone("cell", "067 111 22 33",
			"+380671112233")}, Emails: []assistant.Email{{Address: "marta@example.com"}},
		Addresses: []assistant.Address{{Type: "home", Street: "Польова 2", Locality: "Львів"}}, Birthday: date("1990-12-31"),
		Tags: []string{"родина", "VIP"},
	}, {Name: "Іван Ніч", Parts: assistant.NameParts{
		Given:  "Іван",
		Family: "Ніч",
	}, Emails: []assistant.Email{{Address: "ivan@example.com"}}}}
	for name, test := range map[string]struct {
		file string
		want []*assistant.Contact
	}{
		"Google since 2024": {google2024, []*assistant.Contact{{
			Name:     "Олена Петрівна Коваль",
			Parts:    assistant.NameParts{Given: "Олена", Additional: "Петрівна", Family: "Коваль"},
			Nickname: "Оля", Organization: "Садок", Birthday: date("1990-05-04"),
			Note: "рядок\nдругий", Tags: []string{"друзі", "Родина"},
			Emails: []assistant.Email{{Type: "work", Address: "olena@example.com"}, {Type: "work", Address: "o@example.org"}},
			Phones: []assistant.Phone{phone("дача", "067 123 45 67", "+380671234567"), phone("дача", "044 123 45 67",
				"+380441234567")},
			Addresses: []assistant.Address{{Type: "home", Street: "Садова 1", Locality: "Київ"}},
		}, {Name: "only@example.com", Emails: []assistant.Email{{Address: "only@example.com"}}}}},
		"Google before": {googleOld, []*assistant.Contact{{
			Name: "Тарас Лис", Parts: assistant.NameParts{
				Given:  "Тарас",
				Family: "Лис",
			}, Birthday: date("--02-29"), Tags: []string{"клієнти"},
			Emails: []assistant.Email{{Type: "home", Address: "taras@example.com"}}, Phones: []assistant.Phone{phone("cell",
				"0671112233", "+380671112233")},
		}}},
		"Outlook":                 {outlook, marta},
		"Outlook in windows-1251": {windows, marta},
		"Outlook with semicolons": {strings.ReplaceAll(strings.ReplaceAll(outlook, "родина;VIP", "родина"), ",", ";"), nil},
		"LDIF": {mozilla, []*assistant.Contact{{
			Name: "Олена", Birthday: date("1990-05-04"), Emails: []assistant.Email{{Address: "olena@example.com"}},
			Phones: []assistant.Phone{phone("cell", "067 123 45 67", "+380671234567")},
		}}},
		"jCard": {jcard, []*assistant.Contact{{
			Name: "Олена Коваль", Parts: assistant.NameParts{
				Given:  "Олена",
				Family: "Коваль",
			}, Birthday: date("--05-04"), Tags: []string{"а", "б"},
			Phones: []assistant.Phone{phone("cell", "+380671234567", "+380671234567")},
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := read(t, test.file)
			if name == "Outlook with semicolons" {
				if len(got) != 2 || got[0].Emails[0].Address != "marta@example.com" {
					t.Error(got)
				}
				return
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if (name == "LDIF") != (len(problems) == 1) {
				t.Error(problems)
			}
		})
	}
}

// What is exported as a table comes back as it was, and runs nothing in a spreadsheet.
func TestTableComesBack(t *testing.T) {
	c := &assistant.Contact{
		Name: "=HYPERLINK(\"http://example.com\")", Parts: assistant.NameParts{
			Given:  "'=1",
			Family: "-Ніч",
		}, Nickname: "@x", Note: "+380 67\n'",
		Phones: []assistant.Phone{{Type: "cell", Typed: "+380 67 123 45 67", E164: "+380671234567"}, {
			Type:  "дача",
			Typed: "0441234567", E164: "+380441234567",
		}},
		Emails:   []assistant.Email{{Type: "home", Address: "a@example.com"}},
		Birthday: date("--02-29"), Anniversary: date("2001-01-02"), Tags: []string{"а", "б"},
		Addresses: []assistant.Address{{Type: "work", Street: "Садова, 1;2", Locality: "Київ", Country: "Україна"}},
		WebPages:  []assistant.WebPage{{URL: "https://example.com/?a=1"}},
		Relations: []assistant.Relation{{Type: "mother", Name: "Ганна"}},
		Chats:     []assistant.Chat{{Type: "telegram", Address: "@olena"}},
	}
	other := &assistant.Contact{Name: "Тарас", Phones: []assistant.Phone{{Typed: "-5"}}}
	var b bytes.Buffer
	all := slices.Values([]*assistant.Contact{c, other})
	n, err := exchange.WriteCSV(&b, func(yield func(*assistant.Contact, error) bool) {
		for c := range all {
			if !yield(c, nil) {
				return
			}
		}
	})
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	for cell := range strings.FieldsFuncSeq(b.String(), func(r rune) bool {
		return r == ',' || r == '"' ||
			r == '\n' || r == '\r'
	}) {
		if strings.ContainsAny(cell[:1], "=@") {
			t.Errorf("a formula: %s", cell)
		}
	}
	got, problems := read(t, b.String())
	if diff := cmp.Diff([]*assistant.Contact{c, other}, got); diff != "" || problems != nil {
		t.Error(diff, problems, b.String())
	}
}

// jCard and version 4.0 hold all that a card says.
func TestModernFormsComeBack(t *testing.T) {
	full := &assistant.Contact{
		Name: "Олена; Коваль, \\ні", Parts: assistant.NameParts{Given: "Олена", Family: "Коваль"}, Note: "один\nдва",
		Phones:   []assistant.Phone{{Type: "cell", Typed: "067 123 45 67", E164: "+380671234567"}},
		Birthday: date("--02-29"), Tags: []string{"а", "б"}, Organization: "Садок",
		Addresses: []assistant.Address{{Type: "work", Street: "Садова, 1;2", Locality: "Київ"}},
		Photo:     &assistant.Photo{MediaType: "image/png", Data: []byte("\x89PNG\x00")},
	}
	one := func(yield func(*assistant.Contact, error) bool) { yield(full, nil) }
	var modern, jcards bytes.Buffer
	if _, err := exchange.WriteModern(&modern, one); err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.WriteJCards(&jcards, one); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"vcf4": modern.String(), "jcard": jcards.String()} {
		got, problems := read(t, file)
		if diff := cmp.Diff([]*assistant.Contact{full}, got); diff != "" || problems != nil {
			t.Errorf("%s: %s %q %s", name, diff, problems, file)
		}
	}
}

func FuzzCards(f *testing.F) {
	for _, file := range []string{google2024, googleOld, outlook, mozilla, jcard} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for card, err := range exchange.Cards(bytes.NewReader(file)) {
			if err == nil && card.Line >= 0 {
				_, _ = assistant.ReadVCard(card, "UA") // whatever it says, it ends
			}
		}
	})
}

func ExampleCards() {
	for card, err := range exchange.Cards(strings.NewReader("Given Name,E-mail 1 - Value\nОлена,olena@example.com\n")) {
		if err != nil {
			panic(err)
		}
		_, _ = os.Stdout.WriteString(card.First("EMAIL").Text())
	}
	// Output: olena@example.com
}
