package assistant

import (
	"bytes"
	"context"
	"fmt"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// MaxCard is how many bytes the longest card has that a client may store. MongoDB keeps a picture twice in a document
// of 16 MiB, and every store takes the same.
const MaxCard = 5 << 20

// CardData returns the contact's card as clients of CardDAV get it: the bytes that a client has put, as long as nobody
// has edited the contact elsewhere.
func (c *Contact) CardData() []byte {
	data := c.VCard()
	if bytes.Equal(bytes.TrimSuffix(data, []byte("\r\n")), c.Source) {
		return c.Source // whose last line has no end
	}
	return data
}

// ErrUID says that a card has the UID of another card of the address book, or another one than the card in whose place
// it was to come.
var ErrUID = fmt.Errorf("another card has this UID: %w", ErrExists)

// PutCard saves a card under its name in the place of was, or as a new one when was is nil, and returns whether it is
// kept byte for byte: one of a group, or of its member, may get what the other one says. The contact keeps what no card
// tells. Errors: [FieldError] for a card with nothing to be named by, [ConflictError] when was is no longer what is
// stored, [ErrUID], [ErrExists] (wrapped) when there is a card of that name already.
func (b *Book) PutCard(ctx context.Context, resource string, card *vcf.Card, was *Card) (bool, error) {
	c, err := ReadVCard(card, b.Region)
	if err != nil {
		return false, err
	}
	have, err := b.Store.Contacts(ctx, c.ID)
	if err != nil {
		return false, err
	}
	c.Resource, c.Created = resource, b.now()
	if resource == c.ID+".vcf" {
		c.Resource = ""
	}
	c.Updated = c.Created
	switch {
	case was != nil && was.ID != c.ID, was == nil && len(have) > 0 && have[0].CardName() != resource:
		return false, ErrUID
	case was == nil:
		err := b.Store.SaveContacts(ctx, c)
		return bytes.Equal(c.CardData(), card.Source), err
	case len(have) == 0 || have[0].Version != was.Version:
		return false, &ConflictError{Kind: KindContact, ID: c.ID, Want: was.Version}
	}
	if bytes.Equal(have[0].CardData(), c.Source) {
		return true, nil
	}
	c.Version, c.Created, c.CallEvery, c.Called = was.Version, have[0].Created, have[0].CallEvery, have[0].Called
	err = b.Store.SaveContacts(ctx, c)
	return bytes.Equal(c.CardData(), card.Source), err
}
