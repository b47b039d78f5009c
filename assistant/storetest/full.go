package storetest

import (
	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant"
)

// FullContact returns a contact whose every field is set, with text that is hard to keep.
func FullContact() *assistant.Contact {
	return &assistant.Contact{
		ID:           uuid.NewString(),
		Name:         `Д-р О'Брайен "Їжак" \ 100%_?`,
		Parts:        assistant.NameParts{Family: "О'Брайен", Given: "Їжак", Additional: "я;,", Prefix: "Д-р", Suffix: "\t"},
		Nickname:     "ґ🙂",
		Organization: "ТОВ «Щось»\nвідділ",
		Phones: []assistant.Phone{
			{Type: "cell", E164: "+380671234567", Typed: "067 123-45-67"}, {Typed: "BusinessPhone"},
		},
		Emails: []assistant.Email{{Type: "work", Address: "a@example.com"}, {Address: "не адреса"}},
		Addresses: []assistant.Address{{
			Type: "home", POBox: "1", Extended: "2", Street: "вул. 3\n4", Locality: "Київ", Region: "5",
			PostalCode: "01001", Country: "Україна",
		}},
		WebPages:     []assistant.WebPage{{Type: "work", URL: "https://example.com/?a=1&b=%20"}},
		Birthday:     assistant.Date{Year: 2000, Month: 2, Day: 29},
		BirthdayText: "десь у лютому",
		Note:         "рядок 1\r\nрядок 2 ' \" \\ ? $1 :x @y",
		Tags:         []string{"родина", "Work"},
		Photo: &assistant.Photo{
			MediaType: "image/png",
			Data:      []byte("\x00\x01\xff'\\"),
			URL:       "https://example.com/p.png",
		},
		Created: moment(0),
		Updated: moment(1),
		Source:  []byte("BEGIN:VCARD\r\nX-\x00\xff:'\\\r\nEND:VCARD\r\n"),
	}
}

// FullNote returns a note whose every field is set.
func FullNote() *assistant.Note {
	return &assistant.Note{
		ID: uuid.NewString(), Title: `Список "покупок" ?`, Text: "хліб\nмолоко '; DROP TABLE notes; --\n",
		Tags:   []string{"дім", "🛒"},
		Pinned: true, Created: moment(0), Updated: moment(1),
	}
}

func everyField(s *suite) {
	c, n := FullContact(), FullNote()
	wantContact, wantNote := *c, *n
	wantContact.Version, wantNote.Version = 1, 1
	s.ok(s.store.SaveContacts(s.ctx, c))
	s.ok(s.store.SaveNotes(s.ctx, n))
	s.equal("contact", &wantContact, s.storedContact(c.ID))
	s.equal("note", &wantNote, s.storedNote(n.ID))

	plain := s.contact("Просто")
	s.equal("contact with few fields", plain, s.storedContact(plain.ID))
	s.equal("note with few fields", s.note("", "x"), s.storedNote(s.lastID()))

	found, err := s.store.Contacts(s.ctx, plain.ID, uuid.NewString(), c.ID)
	s.ok(err)
	s.equal("order of the ids asked for", []string{plain.Name, c.Name}, names(found))
	none, err := s.store.Notes(s.ctx)
	s.ok(err)
	s.equal("no ids", 0, len(none))
}
