package assistant_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
)

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
