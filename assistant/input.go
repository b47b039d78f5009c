package assistant

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A ContactInput holds what a person typed about a contact. A nil field leaves the contact's field as it is; an
// empty one clears it.
//
// The elements of the lists but Tags may start with a label and a colon: "work:+380 44 123 45 67", "дача:044 555 44 33".
type ContactInput struct {
	Name         *string // replaces the structured name too
	Nickname     *string
	Organization *string
	Title        *string
	Role         *string
	Birthday     *string // as [ReadDate] reads it
	Anniversary  *string // as [ReadDate] reads it
	Note         *string
	CallEvery    *int // days between two talks; 0 clears
	Phones       ListInput
	Emails       ListInput
	Addresses    ListInput
	WebPages     ListInput
	Chats        ListInput
	Relations    ListInput
	Tags         ListInput
	Photo        *Photo // a Photo without Data and URL clears
}

// A ListInput changes a list: Replace, if it is not nil, takes its place, then Remove goes and Add comes.
type ListInput struct {
	Replace, Add, Remove []string
}

// Empty says that the list stays as it is.
func (l ListInput) Empty() bool { return l.Replace == nil && len(l.Add) == 0 && len(l.Remove) == 0 }

// Removed is what a [ContactInput] took off a contact and what it was to take off and did not find.
type Removed struct {
	Gone    []string // as they were shown
	Missing []string // as they were typed
}

// rules is what the meaning of what a person types depends on.
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
		"chat": in.Chats, "relation": in.Relations, "tag": in.Tags,
	} {
		if err := CheckTexts(field, slices.Concat(list.Replace, list.Add, list.Remove)...); err != nil {
			return err
		}
	}
	if in.CallEvery != nil && (*in.CallEvery < 0 || *in.CallEvery > 3660) {
		return &FieldError{Field: "call-every", Problem: "not from 0 to 3660 days"}
	}
	return nil
}

// pastDate reads a date that is not to come; blank is none.
func (r rules) pastDate(field, typed string) (Date, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return Date{}, nil
	}
	date, err := ReadDate(typed, r.order)
	if err != nil {
		problem := noDate
		if wrong, ok := err.(*FieldError); ok {
			problem = wrong.Problem
		}
		return Date{}, &FieldError{Field: field, Value: typed, Problem: problem, Hint: dateHint}
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
			return err == nil && p.E164 != "" && p.E164 == other.E164 && (other.Extension == "" || p.Extension == other.Extension) ||
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
	tags := list[string]{
		plain: true,
		parse: func(_, value string) (string, error) { return value, nil },
		show:  func(tag string) (string, string) { return "", tag },
	}
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
	change(func() (err error) { c.Tags, err = tags.apply(c.Tags, in.Tags, removed); return err })
	if !in.Tags.Empty() {
		c.Tags = CleanTags(c.Tags)
	}
	return err
}

// A list is how the elements of a list of contacts are typed.
type list[T comparable] struct {
	plain bool // no labels
	parse func(kind, value string) (T, error)
	show  func(T) (kind, value string)
	same  func(element T, typed string) bool // another spelling of the same; nil when there is none
}

func (l list[T]) apply(have []T, in ListInput, removed *Removed) ([]T, error) {
	if in.Empty() {
		return have, nil
	}
	now := slices.Clone(have)
	if in.Replace != nil {
		now = nil
		for _, value := range in.Replace {
			if err := l.add(&now, have, value); err != nil {
				return have, err
			}
		}
		for _, old := range have {
			_, text := l.show(old)
			if !slices.ContainsFunc(now, func(kept T) bool { return l.means(kept, text) }) {
				removed.Gone = append(removed.Gone, text)
			}
		}
	}
	for _, value := range in.Remove {
		if strings.TrimSpace(value) == "" {
			continue
		}
		before := len(now)
		now = slices.DeleteFunc(now, func(element T) bool {
			if !l.means(element, value) {
				return false
			}
			_, text := l.show(element)
			removed.Gone = append(removed.Gone, text)
			return true
		})
		if len(now) == before {
			removed.Missing = append(removed.Missing, value)
		}
	}
	for _, value := range in.Add {
		if err := l.add(&now, now, value); err != nil {
			return have, err
		}
	}
	return now, nil
}

// add parses one more element. What the contact holds already is accepted as it stands, and twice the same is once.
func (l list[T]) add(now *[]T, have []T, value string) error {
	if strings.TrimSpace(value) == "" {
		return nil
	}
	for _, old := range have {
		kind, text := l.show(old)
		if line(value) == line(text) || kind != "" && line(value) == line(kind+":"+text) {
			if !slices.Contains(*now, old) {
				*now = append(*now, old)
			}
			return nil
		}
	}
	kind, rest := l.split(value)
	element, err := l.parse(kind, rest)
	if err != nil {
		return err
	}
	for i, old := range *now {
		oldKind, _ := l.show(old)
		switch {
		case !l.means(old, rest):
		case kind == "" || kind == oldKind:
			return nil
		case oldKind == "":
			(*now)[i] = element // now it has a label
			return nil
		}
	}
	*now = append(*now, element)
	return nil
}

func (l list[T]) split(value string) (kind, rest string) {
	if l.plain {
		return "", value
	}
	return splitType(value)
}

// means says whether what is typed is the element, with its label or without, in any spelling.
func (l list[T]) means(element T, typed string) bool {
	kind, text := l.show(element)
	typedKind, rest := l.split(typed)
	for _, value := range []string{typed, rest} {
		if foldedEqual(value, text) || l.same != nil && l.same(element, value) {
			return value == typed || typedKind == kind
		}
	}
	return false
}

// splitType takes the label off a value: a word of letters before a colon, in any script, that is not the beginning of
// an address of the web.
func splitType(value string) (kind, rest string) {
	before, after, found := strings.Cut(value, ":")
	kind = strings.ToLower(line(before))
	isLabel := kind != "" && utf8.RuneCountInString(kind) <= 30 && !strings.HasPrefix(after, "//") && !slices.Contains([]string{"tel", "mailto", "xmpp", "sip", "urn", "geo", "sms", "skype"}, kind)
	for i, r := range kind {
		isLabel = isLabel && (unicode.IsLetter(r) || unicode.IsMark(r) || i > 0 && strings.ContainsRune(" '’-_", r))
	}
	switch {
	case !found || !isLabel || strings.Count(kind, " ") > 1:
		return "", value
	case kind == "mobile":
		return "cell", after
	}
	return kind, after
}

func set(field, value *string, clean func(string) string) {
	if value != nil {
		*field = clean(*value)
	}
}

// check says what makes a contact impossible.
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

// A NoteInput holds what a person typed about a note. A nil field leaves the note's field as it is.
type NoteInput struct {
	Title  *string
	Text   *string
	Append *string // comes after the text, on a line of its own
	Due    *string // as [ReadDay] reads it; "" clears
	Remind *int    // days before Due
	Done   *bool
	Tags   ListInput
	Pinned *bool
}

func (in *NoteInput) apply(n *Note, r rules) (Removed, error) {
	var removed Removed
	for field, value := range map[string]*string{"title": in.Title, "text": in.Text, "due": in.Due} {
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
		if *in.Remind < 0 || *in.Remind > 366 {
			return removed, &FieldError{Field: "remind", Problem: "not from 0 to 366 days"}
		}
		n.Remind = *in.Remind
	}
	if err := CheckTexts("tag", slices.Concat(in.Tags.Replace, in.Tags.Add, in.Tags.Remove)...); err != nil {
		return removed, err
	}
	tags := list[string]{
		plain: true,
		parse: func(_, value string) (string, error) { return value, nil },
		show:  func(tag string) (string, string) { return "", tag },
	}
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
