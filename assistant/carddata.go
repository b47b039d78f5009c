package assistant

import (
	"bytes"
	"context"
	"fmt"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// MaxCard is the maximum length in bytes of a card that a client may store. MongoDB keeps a picture twice in a document
// of at most 16 MiB, and every store has the same limit.
const MaxCard = 5 << 20

// CardData returns the contact's card as clients of CardDAV get it: the bytes that a client has put, as long as nobody
// has edited the contact elsewhere.
func (c *Contact) CardData() []byte {
	data := c.VCard()
	if bytes.Equal(bytes.TrimSuffix(data, []byte("\r\n")), c.Source) {
		return c.Source // without a line end after END
	}
	return data
}

// ErrUID says that a card has the UID of another card of the address book, or a different one than the card that it was
// to replace.
var ErrUID = fmt.Errorf("another card has this UID: %w", ErrExists)

// PutCard saves a card under its name in place of was, or as a new one if was is nil, and reports whether it is kept
// byte for byte: the card of a group or of its member may be changed to agree with the other. The contact keeps what a
// card cannot express. Errors: [FieldError] for a card that has nothing to name its contact by, [ConflictError] if was
// is no longer what is stored, [ErrUID], [ErrExists] (wrapped) if there is already a card with that name.
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
