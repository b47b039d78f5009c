package assistant

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A ContactInput holds what a user typed about a contact. A nil field leaves the contact's field as it is; an empty one
// clears it.
//
// The elements of all lists except Tags may start with a label and a colon: "work:+380 44 123 45 67", "дача:044 555 44
// 33".
type ContactInput struct {
	Name         *string // replaces the structured name too
	Nickname     *string
	Organization *string
	Title        *string
	Role         *string
	Birthday     *string // as [ReadDate] reads it
	Anniversary  *string // as [ReadDate] reads it
	Note         *string
	CallEvery    *int // days between conversations; 0 clears
	Phones       ListInput
	Emails       ListInput
	Addresses    ListInput
	WebPages     ListInput
	Chats        ListInput
	Relations    ListInput
	Dates        ListInput // days other than birthday and anniversary, as [ReadDate] reads them
	Tags         ListInput
	Photo        *Photo // a Photo without Data and URL clears
}

// A ListInput changes a list: Replace, unless it is nil, replaces it; then Remove is taken out and Add is added.
type ListInput struct {
	Replace, Add, Remove []string
}

// Empty reports whether the list stays as it is.
func (l ListInput) Empty() bool { return l.Replace == nil && len(l.Add) == 0 && len(l.Remove) == 0 }

// Removed lists what a [ContactInput] removed from a contact, and what it was to remove but did not find.
type Removed struct {
	Gone    []string // as they were shown
	Missing []string // as they were typed
}

// rules is what the meaning of the user's input depends on.
type rules struct {
	region string
	today  Date
	order  DayOrder
}

// apply changes c. Every error is a [FieldError].
func (in *ContactInput) apply(c *Contact, r rules) (Removed, error) {
	var removed Removed
	if err := in.check(); err != nil {
		return removed, err
	}
	if in.Name != nil {
		c.Name = line(*in.Name)
		c.Parts = ParseName(c.Name)
	}
	set(&c.Nickname, in.Nickname, line)
	set(&c.Organization, in.Organization, line)
	set(&c.Title, in.Title, line)
	set(&c.Role, in.Role, line)
	set(&c.Note, in.Note, text)
	if in.CallEvery != nil {
		c.CallEvery = *in.CallEvery
	}
	if in.Birthday != nil && !(c.BirthdayText != "" && line(*in.Birthday) == c.BirthdayText) {
		date, err := r.pastDate("birthday", *in.Birthday)
		if err != nil {
			return removed, err
		}
		c.Birthday, c.BirthdayText = date, ""
	}
	if in.Anniversary != nil {
		date, err := r.pastDate("anniversary", *in.Anniversary)
		if err != nil {
			return removed, err
		}
		c.Anniversary = date
	}
	if in.Photo != nil {
		c.Photo = in.Photo
		if len(in.Photo.Data) == 0 && in.Photo.URL == "" {
			c.Photo = nil
		}
	}
	if err := in.applyLists(c, r, &removed); err != nil {
		return removed, err
	}
	return removed, c.check()
}

// check refuses what is not text.
func (in *ContactInput) check() error {
	for field, value := range map[string]*string{
		"name": in.Name, "nickname": in.Nickname, "org": in.Organization, "title": in.Title, "role": in.Role,
		"birthday": in.Birthday, "anniversary": in.Anniversary, "note": in.Note,
	} {
		if value != nil {
			if err := checkText(field, *value); err != nil {
				return err
			}
		}
	}
	for field, list := range map[string]ListInput{
		"phone": in.Phones, "email": in.Emails, "address": in.Addresses, "web": in.WebPages,
		"chat": in.Chats, "relation": in.Relations, "date": in.Dates, "tag": in.Tags,
	} {
		if err := CheckTexts(field, slices.Concat(list.Replace, list.Add, list.Remove)...); err != nil {
			return err
		}
	}
	if in.CallEvery != nil {
		return checkCallEvery("call-every", *in.CallEvery)
	}
	return nil
}

// date reads a date.
func (r rules) date(field, typed string) (Date, error) {
	typed = strings.TrimSpace(typed)
	date, err := ReadDate(typed, r.order)
	if err != nil {
		problem := noDate
		if wrong, ok := err.(*FieldError); ok {
			problem = wrong.Problem
		}
		return Date{}, &FieldError{Field: field, Value: typed, Problem: problem, Hint: dateHint}
	}
	return date, nil
}

// pastDate reads a date that is not in the future; blank text is the zero Date.
func (r rules) pastDate(field, typed string) (Date, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return Date{}, nil
	}
	date, err := r.date(field, typed)
	if err != nil {
		return Date{}, err
	}
	if date.Year != 0 && !r.today.IsZero() && date.After(r.today) {
		return Date{}, &FieldError{Field: field, Value: typed, Problem: "in the future", Hint: "check the year"}
	}
	return date, nil
}

func (in *ContactInput) applyLists(c *Contact, r rules, removed *Removed) error {
	phones := list[Phone]{
		parse: func(kind, value string) (Phone, error) {
			phone, err := ParsePhone(value, r.region)
			phone.Type = kind
			return phone, err
		},
		show: func(p Phone) (string, string) { return p.Type, p.Typed },
		same: func(p Phone, typed string) bool {
			other, err := ParsePhone(typed, r.region)
			return err == nil && p.E164 != "" && p.E164 == other.E164 &&
				(other.Extension == "" || p.Extension == other.Extension) ||
				onlyDigits(p.Typed) != "" && onlyDigits(p.Typed) == onlyDigits(typed)
		},
	}
	emails := list[Email]{
		parse: func(kind, value string) (Email, error) {
			email, err := ParseEmail(value)
			email.Type = kind
			return email, err
		},
		show: func(m Email) (string, string) { return m.Type, m.Address },
	}
	addresses := list[Address]{
		parse: func(kind, value string) (Address, error) { return Address{Type: kind, Street: text(value)}, nil },
		show:  func(a Address) (string, string) { return a.Type, a.String() },
	}
	pages := list[WebPage]{
		parse: func(kind, value string) (WebPage, error) { return WebPage{Type: kind, URL: line(value)}, nil },
		show:  func(w WebPage) (string, string) { return w.Type, w.URL },
	}
	chats := list[Chat]{
		parse: func(kind, value string) (Chat, error) { return Chat{Type: kind, Address: line(value)}, nil },
		show:  func(chat Chat) (string, string) { return chat.Type, chat.Address },
	}
	relations := list[Relation]{
		parse: func(kind, value string) (Relation, error) { return Relation{Type: kind, Name: line(value)}, nil },
		show:  func(relation Relation) (string, string) { return relation.Type, relation.Name },
	}
	dates := list[Event]{
		parse: func(kind, value string) (Event, error) {
			date, err := r.date("date", value)
			return Event{Type: kind, Date: date}, err
		},
		show: func(e Event) (string, string) { return e.Type, e.Date.String() },
		same: func(e Event, typed string) bool {
			date, err := ReadDate(strings.TrimSpace(typed), r.order)
			return err == nil && date == e.Date
		},
	}
	tags := listOfTags()
	var err error
	change := func(do func() error) {
		if err == nil {
			err = do()
		}
	}
	change(func() (err error) { c.Phones, err = phones.apply(c.Phones, in.Phones, removed); return err })
	change(func() (err error) { c.Emails, err = emails.apply(c.Emails, in.Emails, removed); return err })
	change(func() (err error) { c.Addresses, err = addresses.apply(c.Addresses, in.Addresses, removed); return err })
	change(func() (err error) { c.WebPages, err = pages.apply(c.WebPages, in.WebPages, removed); return err })
	change(func() (err error) { c.Chats, err = chats.apply(c.Chats, in.Chats, removed); return err })
	change(func() (err error) { c.Relations, err = relations.apply(c.Relations, in.Relations, removed); return err })
	change(func() (err error) { c.Dates, err = dates.apply(c.Dates, in.Dates, removed); return err })
	change(func() (err error) { c.Tags, err = tags.apply(c.Tags, in.Tags, removed); return err })
	if !in.Tags.Empty() {
		c.Tags = CleanTags(c.Tags)
	}
	return err
}

func set(field, value *string, clean func(string) string) {
	if value != nil {
		*field = clean(*value)
	}
}

// check returns what makes a contact invalid.
func (c *Contact) check() error {
	if c.Name == "" {
		return &FieldError{Field: "name", Problem: "a contact needs a name"}
	}
	if utf8.RuneCountInString(c.Name) > maxName {
		return &FieldError{Field: "name", Value: string([]rune(c.Name)[:40]) + "...", Problem: "longer than 1,000 characters"}
	}
	return nil
}

const maxName = 1000

// A NoteInput holds what a user typed about a note. A nil field leaves the note's field as it is.
type NoteInput struct {
	Title  *string
	Text   *string
	Append *string // added after the text, on a line of its own
	Due    *string // as [ReadDay] reads it; "" clears
	Remind *string // days before Due, or a day as [ReadDay] reads it; a note without a Due gets that day as its Due
	Done   *bool
	Tags   ListInput
	Pinned *bool
}

func (in *NoteInput) apply(n *Note, r rules) (Removed, error) {
	var removed Removed
	for field, value := range map[string]*string{"title": in.Title, "text": in.Text, "due": in.Due, "remind": in.Remind} {
		if value != nil {
			if err := checkText(field, *value); err != nil {
				return removed, err
			}
		}
	}
	set(&n.Title, in.Title, line)
	set(&n.Text, in.Text, prose)
	if in.Append != nil {
		if err := checkText("text", *in.Append); err != nil {
			return removed, err
		}
		n.Text = prose(n.Text + "\n" + prose(*in.Append))
	}
	if in.Due != nil {
		n.Due = Date{}
		if typed := strings.TrimSpace(*in.Due); typed != "" {
			due, err := ReadDay(typed, r.order, r.today)
			if err != nil {
				return removed, &FieldError{Field: "due", Value: typed, Problem: noDate, Hint: dateHint}
			}
			n.Due = due
		}
	}
	if in.Remind != nil {
		if err := n.remind(strings.TrimSpace(*in.Remind), r); err != nil {
			return removed, err
		}
	}
	if err := CheckTexts("tag", slices.Concat(in.Tags.Replace, in.Tags.Add, in.Tags.Remove)...); err != nil {
		return removed, err
	}
	tags := listOfTags()
	var err error
	if n.Tags, err = tags.apply(n.Tags, in.Tags, &removed); err != nil {
		return removed, err
	}
	if !in.Tags.Empty() {
		n.Tags = CleanTags(n.Tags)
	}
	if in.Pinned != nil {
		n.Pinned = *in.Pinned
	}
	if n.Title == "" && n.Text == "" {
		return removed, &FieldError{Field: "text", Problem: "a note needs a text or a title"}
	}
	if n.Remind > 0 && n.Due.IsZero() {
		return removed, &FieldError{Field: "remind", Problem: "a reminder needs a day", Hint: "give --due, too"}
	}
	return removed, nil
}
