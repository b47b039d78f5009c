package assistant

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant/search"
)

// Contact finds one contact by its id or the beginning of it, by a name, a telephone number or a mail address. The name
// is the whole name or nickname or, when no contact is called so, words of them. Errors: [NotFoundError],
// [AmbiguousError].
func (b *Book) Contact(ctx context.Context, ref string) (*Contact, error) {
	found, err := b.contactsMeant(ctx, ref)
	if err == nil && len(found) == 0 {
		found, err = b.contactsCalled(ctx, ref)
	}
	if err == nil && len(found) == 0 {
		found, err = b.contactsReached(ctx, ref)
	}
	if err != nil {
		return nil, err
	}
	return one(KindContact, ref, found, contactCandidate)
}

// ContactNamed finds one contact by its id, the beginning of its id, or its whole name or nickname: whatever changes or
// removes a contact must not guess. The candidates of a [NotFoundError] are those that [Book.Contact] would have found.
func (b *Book) ContactNamed(ctx context.Context, ref string) (*Contact, error) {
	found, err := b.contactsMeant(ctx, ref)
	if err != nil {
		return nil, err
	}
	c, err := one(KindContact, ref, found, contactCandidate)
	if missing, ok := err.(*NotFoundError); ok {
		near, err := b.contactsCalled(ctx, ref)
		if err == nil && len(near) == 0 {
			near, err = b.contactsReached(ctx, ref)
		}
		if err != nil {
			return nil, err
		}
		for _, c := range near[:min(len(near), maxCandidates)] {
			missing.Candidates = append(missing.Candidates, contactCandidate(c))
		}
	}
	return c, err
}

// maxCandidates is how many of those that a name may mean are listed.
const maxCandidates = 20

// contactsMeant returns the contact with the id ref, or else all those with that name, or else those whose ids begin
// with it.
func (b *Book) contactsMeant(ctx context.Context, ref string) ([]*Contact, error) {
	if id, err := uuid.Parse(ref); err == nil {
		if found, err := b.Store.Contacts(ctx, id.String()); err != nil || len(found) > 0 {
			return people(found), err
		}
	}
	found, err := b.Store.ContactsNamed(ctx, ref)
	if err == nil && len(found) == 0 && isPrefix(ref) {
		found, err = b.Store.ContactsFrom(ctx, strings.ToLower(ref), maxCandidates)
	}
	return found, err
}

// isPrefix reports whether a text may be the beginning of an id.
func isPrefix(ref string) bool {
	return len(ref) >= 4 && len(ref) < 36 && strings.Trim(strings.ToLower(ref), "0123456789abcdef-") == ""
}

// contactsCalled returns the contacts that have all the words in their names.
func (b *Book) contactsCalled(ctx context.Context, words string) ([]*Contact, error) {
	result, err := b.Store.Search(ctx, SearchQuery{Words: words})
	q := search.Parse(words)
	return slices.DeleteFunc(result.Contacts, func(c *Contact) bool {
		_, matches := q.Rank(search.NewDocument(c.Name, nil, c.Nickname))
		return !matches
	}), err
}

// contactsReached returns the contacts that have the number or the address.
func (b *Book) contactsReached(ctx context.Context, ref string) ([]*Contact, error) {
	phone, wrong := ParsePhone(ref, b.Region)
	isAddress := strings.Contains(ref, "@")
	if wrong != nil && !isAddress {
		return nil, nil
	}
	words := ref
	if !isAddress && phone.E164 != "" {
		words = phone.E164
	}
	result, err := b.Store.Search(ctx, SearchQuery{Words: words})
	return slices.DeleteFunc(result.Contacts, func(c *Contact) bool {
		return !slices.ContainsFunc(c.Emails, func(m Email) bool { return foldedEqual(m.Address, ref) }) &&
			!slices.ContainsFunc(c.Phones, func(p Phone) bool {
				return wrong == nil &&
					(p.E164 != "" && p.E164 == phone.E164 || onlyDigits(p.Typed) != "" && onlyDigits(p.Typed) == onlyDigits(ref))
			})
	}), err
}

// contactCandidate describes a contact so that it can be distinguished from others with its name.
func contactCandidate(c *Contact) Candidate {
	var details []string
	switch {
	case len(c.Phones) > 0 && c.Phones[0].E164 != "":
		details = append(details, c.Phones[0].E164)
	case len(c.Phones) > 0:
		details = append(details, c.Phones[0].Typed)
	}
	if len(c.Emails) > 0 {
		details = append(details, c.Emails[0].Address)
	}
	if !c.Birthday.IsZero() {
		details = append(details, c.Birthday.String())
	}
	if c.Organization != "" {
		details = append(details, c.Organization)
	}
	return Candidate{ID: c.ID, Name: c.Name, Detail: strings.Join(details[:min(2, len(details))], ", ")}
}

// Note finds one note by its id or the beginning of it, or by its title: the whole title or, when no note has it, words
// of it (of its first line when it has no title). Errors: [NotFoundError], [AmbiguousError].
func (b *Book) Note(ctx context.Context, ref string) (*Note, error) {
	found, err := b.notesMeant(ctx, ref)
	if err == nil && len(found) == 0 {
		found, err = b.notesCalled(ctx, ref)
	}
	if err != nil {
		return nil, err
	}
	return one(KindNote, ref, found, noteCandidate)
}

// NoteNamed finds one note by its id, the beginning of its id, its whole title or, without a title, its whole first
// line. The candidates of a [NotFoundError] are those that [Book.Note] would have found.
func (b *Book) NoteNamed(ctx context.Context, ref string) (*Note, error) {
	found, err := b.notesMeant(ctx, ref)
	if err != nil {
		return nil, err
	}
	n, err := one(KindNote, ref, found, noteCandidate)
	if missing, ok := err.(*NotFoundError); ok {
		near, err := b.notesCalled(ctx, ref)
		if err != nil {
			return nil, err
		}
		var whole []*Note
		for _, n := range near {
			if foldedEqual(n.Heading(), ref) {
				whole = append(whole, n)
			}
		}
		if len(whole) > 0 {
			return one(KindNote, ref, whole, noteCandidate)
		}
		for _, n := range near[:min(len(near), maxCandidates)] {
			missing.Candidates = append(missing.Candidates, noteCandidate(n))
		}
	}
	return n, err
}

func (b *Book) notesMeant(ctx context.Context, ref string) ([]*Note, error) {
	if id, err := uuid.Parse(ref); err == nil {
		if found, err := b.Store.Notes(ctx, id.String()); err != nil || len(found) > 0 {
			return found, err
		}
	}
	found, err := b.Store.NotesTitled(ctx, ref)
	if err == nil && len(found) == 0 && isPrefix(ref) {
		found, err = b.Store.NotesFrom(ctx, strings.ToLower(ref), maxCandidates)
	}
	return found, err
}

// notesCalled returns the notes that have all the words in their headings.
func (b *Book) notesCalled(ctx context.Context, words string) ([]*Note, error) {
	result, err := b.Store.Search(ctx, SearchQuery{Words: words})
	q := search.Parse(words)
	return slices.DeleteFunc(result.Notes, func(n *Note) bool {
		_, matches := q.Rank(search.NewDocument(n.Heading(), nil))
		return !matches
	}), err
}

func noteCandidate(n *Note) Candidate {
	return Candidate{ID: n.ID, Name: n.Heading(), Detail: DateOf(n.Updated).String()}
}

// one returns the only element of found, or an error that says why there is none.
func one[T any](kind Kind, ref string, found []*T, candidate func(*T) Candidate) (*T, error) {
	switch len(found) {
	case 0:
		return nil, &NotFoundError{Kind: kind, Ref: ref}
	case 1:
		return found[0], nil
	}
	ambiguous := &AmbiguousError{Kind: kind, Ref: ref}
	for _, f := range found[:min(len(found), maxCandidates)] {
		ambiguous.Candidates = append(ambiguous.Candidates, candidate(f))
	}
	return nil, ambiguous
}
