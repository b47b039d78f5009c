package assistant_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/console/consoletest"
)

func imported(t testing.TB, b *assistant.Book, file string) (assistant.ImportSummary, []string) {
	t.Helper()
	var refused []string
	summary, err := b.ImportVCards(t.Context(), strings.NewReader(file), "f.vcf", func(e error) {
		if bad, ok := e.(*assistant.CardError); ok {
			refused = append(refused, bad.Error())
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return summary, refused
}

func exported(t testing.TB, b *assistant.Book) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := b.ExportVCards(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Їжак\r\nUID:1\r\nTEL;TYPE=CELL,VOICE,pref:067 123-45-67\r\n" +
	"item1.TEL:BusinessPhone\r\nitem1.X-ABLabel:Дача\r\n" +
	"item2.EMAIL;TYPE=INTERNET:not an address\r\nitem2.X-ABLabel:_$!<Other>!$_\r\n" +
	"BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29\r\nX-SPOUSE;X-P=\"a;b\":Mary\\, Ann\r\n" +
	"CATEGORIES:друзі,Робота\r\nEND:VCARD\r\n" +
	"BEGIN:VCARD\r\nVERSION:4.0\r\nN:Ґалаґан;Олег;;;\r\nBDAY;VALUE=text:десь у травні\r\n" +
	"TEL;VALUE=uri:tel:+1-418-656-9254;ext=102\r\nEND:VCARD\r\n" +
	"BEGIN:VCARD\r\nVERSION:3.0\r\nBDAY:1990-05-04\r\nEND:VCARD\r\n" +
	"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=windows-1251:\xd8\xe5\xe2\xf7\xe5\xed\xea\xee;\xd2\xe0\xf0\xe0\xf1\r\n" +
	"BDAY:18140309\r\nEND:VCARD\r\n"

func TestImport(t *testing.T) {
	b := newBook(t)
	summary, refused := imported(t, b, cards)
	if diff := cmp.Diff(assistant.ImportSummary{Added: 3, Refused: 1, KeptAsText: 1}, summary); diff != "" {
		t.Error(diff)
	}
	nameless := "f.vcf:20: name: the card has no name, address or number (give it an FN or an N property)"
	if diff := cmp.Diff([]string{nameless}, refused); diff != "" {
		t.Error(diff)
	}
	hedgehog, err := b.Contact(t.Context(), "їжак")
	if err != nil {
		t.Fatal(err)
	}
	want := &assistant.Contact{
		ID: hedgehog.ID, Version: 1, Name: "Їжак",
		Phones: []assistant.Phone{
			{Type: "cell", E164: "+380671234567", Typed: "067 123-45-67"},
			{Type: "дача", Typed: "BusinessPhone"},
		},
		Emails:   []assistant.Email{{Type: "other", Address: "not an address"}},
		Birthday: assistant.Date{Month: 2, Day: 29}, Tags: []string{"друзі", "Робота"},
		Relations: []assistant.Relation{{Type: "spouse", Name: "Mary, Ann"}},
		Created:   hedgehog.Created, Updated: hedgehog.Created, Source: hedgehog.Source,
	}
	if diff := cmp.Diff(want, hedgehog); diff != "" {
		t.Error(diff)
	}
	taras, err := b.Contact(t.Context(), "Тарас Шевченко")
	if err != nil || taras.Birthday.String() != "1814-03-09" {
		t.Errorf("%+v, %v", taras, err)
	}
	unchanged := assistant.ImportSummary{Unchanged: 3, Refused: 1, KeptAsText: 1}
	for range 2 {
		if summary, _ := imported(t, b, cards); summary != unchanged {
			t.Errorf("imported again: %+v", summary)
		}
		if summary, _ := imported(t, b, strings.ReplaceAll(cards, "\r\n", "\n")); summary != unchanged {
			t.Errorf("imported with other ends of lines: %+v", summary)
		}
	}
}

// What was edited here survives an import of the old card, and takes what a newer card has changed.
func TestImportAfterEdit(t *testing.T) {
	b := newBook(t)
	imported(t, b, cards)
	edit := assistant.ContactInput{
		Name:   ptr("Їжачок"),
		Phones: assistant.ListInput{Replace: []string{"050 111 22 33", "cell:067 123-45-67"}},
	}
	if _, _, err := b.EditContact(t.Context(), "їжак", 0, edit); err != nil {
		t.Fatal(err)
	}
	if summary, _ := imported(t, b, cards); summary.Unchanged != 3 {
		t.Errorf("the old cards: %+v", summary)
	}
	card := exported(t, b)
	for _, want := range []string{
		"FN:Їжачок\r\n", "TEL:050 111 22 33\r\nTEL;TYPE=CELL,VOICE,pref:067 123-45-67\r\n",
		"X-SPOUSE;X-P=\"a;b\":Mary\\, Ann\r\n",
	} {
		if !strings.Contains(card, want) {
			t.Errorf("the export lacks %q:\n%s", want, card)
		}
	}
	if strings.Contains(card, "Дача") {
		t.Errorf("the label of a number that was removed is still there:\n%s", card)
	}
	newer := strings.Replace(cards, "CATEGORIES:друзі,Робота", "CATEGORIES:друзі", 1)
	updated := assistant.ImportSummary{Updated: 1, Unchanged: 2, Refused: 1, KeptAsText: 1}
	if summary, _ := imported(t, b, newer); summary != updated {
		t.Errorf("a newer card: %+v", summary)
	}
	c, err := b.Contact(t.Context(), "Їжачок")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"друзі"}, c.Tags); diff != "" || len(c.Phones) != 2 ||
		c.Phones[0].Typed != "050 111 22 33" {
		t.Errorf("%+v", c)
	}
}

// A book that was imported from another's export exports the same bytes.
func checkFixedPoint(t testing.TB, file string) {
	t.Helper()
	first, second := newBook(t), newBook(t)
	imported(t, first, file)
	export := exported(t, first)
	summary, refused := imported(t, second, export)
	if refused != nil || summary.Unchanged+summary.Updated != 0 {
		t.Errorf("an export is imported with %+v, %q", summary, refused)
	}
	if diff := cmp.Diff(export, exported(t, second)); diff != "" {
		t.Errorf("export after import (-first +second):\n%s", diff)
	}
	if summary, _ := imported(t, first, export); summary.Added+summary.Updated+summary.Refused != 0 {
		t.Errorf("a book's own export is imported with %+v", summary)
	}
	for c, err := range first.AllContacts(t.Context(), assistant.ContactQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		again, err := second.Contact(t.Context(), c.ID)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		c.Source, again.Source = nil, nil
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("%s (-first +second):\n%s", c.Name, diff)
		}
	}
}

func TestImportExportImportIsAFixedPoint(t *testing.T) {
	checkFixedPoint(t, cards)
	files, err := filepath.Glob(filepath.Join(consoletest.Vectors(t, "vcard"), "*.vcf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) { checkFixedPoint(t, string(file)) })
	}
}

// Every field of a typed-in contact comes back from its own card.
func TestTypedContactsSurviveAnExport(t *testing.T) {
	b := newBook(t)
	add(t, b, assistant.ContactInput{
		Name: ptr("О'Брайен, мол.; \\"), Nickname: ptr("a,b"), Organization: ptr("Так; ні, ТОВ"),
		Note: ptr("рядок\nі \\n ще"), Birthday: ptr("--02-29"),
		Phones:    assistant.ListInput{Replace: []string{"work:+380 44 123 45 67"}},
		Emails:    assistant.ListInput{Replace: []string{"home:a@example.com"}},
		Addresses: assistant.ListInput{Replace: []string{"home:вул. A;B, 1\nкв. 2"}},
		WebPages:  assistant.ListInput{Replace: []string{"https://example.com/?a=b;c,d"}},
		Tags:      assistant.ListInput{Replace: []string{"a,b", "c;d"}},
		Photo:     &assistant.Photo{MediaType: "image/png", Data: []byte("\x89PNG")},
	})
	add(t, b, assistant.ContactInput{Name: ptr("Рік"), Birthday: ptr("1990-12-31")})
	other := newBook(t)
	if summary, refused := imported(t, other, exported(t, b)); summary.Added != 2 {
		t.Fatalf("%+v, %q", summary, refused)
	}
	for c, err := range b.AllContacts(t.Context(), assistant.ContactQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		again, err := other.Contact(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		again.Source = nil
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("%s:\n%s", c.Name, diff)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add(cards)
	f.Add(
		"BEGIN:VCARD\nVERSION:4.0\nFN:a\nFN:b\nNOTE: c\nNOTE:\nPHOTO:data:image/png;base64\\,AA==\n" +
			"ORG:;x;\nNICKNAME:,\nBDAY:--0230\nEND:VCARD\n",
	)
	f.Fuzz(func(t *testing.T, file string) { checkFixedPoint(t, file) })
}

// groupCard is the card of a group, as Apple writes it.
func groupCard(name, member string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:" + name + "\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n" +
		"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:" + member + "\r\nUID:group-" + name + "\r\nEND:VCARD\r\n"
}

func memberCard(uid string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Співак\r\nUID:" + uid + "\r\nEND:VCARD\r\n"
}

// A group is a tag of its members wherever it stands: before them, after them, or in another file; also when the UID
// of a member is no UUID.
func TestGroupsAreTags(t *testing.T) {
	const uuid = "7f4b1c1e-9d0c-4f1e-8a55-0c5b1de2a001"
	for name, files := range map[string][]string{
		"group first":     {groupCard("Хор", uuid) + memberCard(uuid)},
		"group last":      {memberCard(uuid) + groupCard("Хор", uuid)},
		"no UUID":         {groupCard("Хор", "m1") + memberCard("m1")},
		"capitals":        {groupCard("Хор", strings.ToUpper(uuid)) + memberCard(uuid)},
		"in another file": {groupCard("Хор", uuid), memberCard(uuid)},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			for range 2 { // again: nothing changes
				i := b.Importer(func(err error) { t.Error(err) })
				groups := 0
				for n, file := range files {
					summary, err := i.Read(t.Context(), strings.NewReader(file), fmt.Sprint(n))
					if err != nil || summary.Refused > 0 {
						t.Fatal(summary, err)
					}
					groups += summary.Groups
				}
				if err := i.Finish(t.Context()); err != nil || groups != 1 {
					t.Fatal(groups, err)
				}
			}
			var all []*assistant.Contact
			for c, err := range b.AllContacts(t.Context(), assistant.ContactQuery{}) {
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, c)
			}
			if len(all) != 1 || !cmp.Equal(all[0].Tags, []string{"Хор"}) || all[0].Version != 2 {
				t.Errorf("%d contacts, %+v", len(all), all[0])
			}
		})
	}
}

// What a card says beside the fields of a contact is shown, its label too.
func TestFurtherProperties(t *testing.T) {
	b := newBook(t)
	imported(t, b, "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Франко;Іван\r\nLABEL:вул. Перша 1\r\nSOUND;X-IRMC-N:Franko\r\n"+
		"TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=D0=9C=D0=B0=D0=BC=D0=B0):0509998877\r\nEND:VCARD\r\n")
	c, err := b.Contact(t.Context(), "франко")
	if err != nil {
		t.Fatal(err)
	}
	if c.Phones[0].Type != "мама" {
		t.Errorf("%+v", c.Phones)
	}
	want := []assistant.Property{{Name: "LABEL", Value: "вул. Перша 1"}, {Name: "SOUND", Value: "Franko"}}
	if diff := cmp.Diff(want, c.Other); diff != "" {
		t.Error(diff)
	}
}

// Imports are taken back one after another: what the later one changed counts no more when it has been taken back.
func TestUndoImports(t *testing.T) {
	b := newBook(t)
	ctx := t.Context()
	for _, phone := range []string{"+380671112233", "+380671112234"} {
		i := b.Importer(func(err error) { t.Error(err) })
		card := "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Олена Бойко\r\nTEL:" + phone + "\r\nEND:VCARD\r\n"
		label := assistant.NewImportLabel(phone)
		if _, err := i.Read(assistant.WithLabel(ctx, label), strings.NewReader(card), phone); err != nil {
			t.Fatal(err)
		}
		if err := i.Finish(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var actions []string
	list, err := b.Imports(ctx)
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	for _, one := range []assistant.Import{list[1], list[0], list[1]} { // the former one, while the later one stands
		undone, err := b.UndoImport(ctx, one.ID)
		if err != nil || len(undone) != 1 {
			t.Fatal(undone, err)
		}
		actions = append(actions, undone[0].Action)
	}
	if want := []string{"kept", "changed", "removed"}; !cmp.Equal(want, actions) {
		t.Errorf("%q, want %q", actions, want)
	}
}

// An import with a group is taken back whole: who was there before loses the tag, and stays.
func TestUndoImportOfAGroup(t *testing.T) {
	b := newBook(t)
	ctx := t.Context()
	imported(t, b, memberCard("m1"))
	i := b.Importer(func(err error) { t.Error(err) })
	label := assistant.NewImportLabel("choir.vcf")
	file := groupCard("Хор", "m1") + groupCard("Гурт", "m2") + memberCard("m2")
	if _, err := i.Read(assistant.WithLabel(ctx, label), strings.NewReader(file), "choir.vcf"); err != nil {
		t.Fatal(err)
	}
	if err := i.Finish(ctx); err != nil {
		t.Fatal(err)
	}
	list, err := b.Imports(ctx)
	if err != nil || len(list) != 1 || list[0].Added != 1 || list[0].Updated != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := b.UndoImport(ctx, list[0].ID); err != nil {
		t.Fatal(err)
	}
	groups, err := b.Store.Groups(ctx)
	if err != nil || len(groups) != 0 {
		t.Errorf("%+v, %v", groups, err)
	}
	for c, err := range b.AllContacts(ctx, assistant.ContactQuery{}) {
		if err != nil || c.Tags != nil || string(c.VCard()) != memberCard("m1") {
			t.Errorf("%s, %v", c.VCard(), err)
		}
	}
}
