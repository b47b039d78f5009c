package assistant

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Card is the entry of a contact in the list of an address book's cards, as CardDAV (RFC 6352) sees it.
type Card struct {
	Resource string // its name in URLs: the client's, or ID.vcf for a contact that was created here
	ID       string // of the contact; "" for a card that is gone
	Version  int64  // of the contact
	ETag     string // without quotes; a new one after every change of the contact, never used again
	Changed  time.Time
	Change   int64 // the number of its last change in the book, from 1
}

// CardChanges is what has changed in an address book since a token.
type CardChanges struct {
	Cards []Card // each once, in the order of their changes
	Token string // of the state that they lead to
	More  bool   // there are more changes: ask again with Token
}

// ChangeDays is for how many days a token is valid.
const ChangeDays = 365

// ErrToken says that a token does not belong to this address book, or is too old: everything must be read again.
var ErrToken = errors.New("the token is not of this address book, or too old")

// CardStore is the part of a [Store] that lists the cards of a book and what has changed, without reading contacts.
type CardStore interface {
	// Cards returns at most limit cards whose names come after the given one, ordered by the bytes of their names.
	Cards(ctx context.Context, after string, limit int) ([]Card, error)

	// CardsNamed returns those of the named cards that exist, in no particular order.
	CardsNamed(ctx context.Context, resources ...string) ([]Card, error)

	// CardToken returns the token of the current state: whatever changes later is a change since it.
	CardToken(ctx context.Context) (string, error)

	// CardChanges returns at most limit of the changes since a token, or from the beginning for ""; 0 means no limit. No
	// change is ever left out. Error: [ErrToken] (wrapped) for a token of another book or store, or of a state that is
	// unknown to a backup which was restored.
	CardChanges(ctx context.Context, token string, limit int) (CardChanges, error)
}

// FormatToken returns the token of a change: the mark of its book, its number, and its own mark.
func FormatToken(book string, change int64, mark string) string {
	return fmt.Sprintf("%s_%d_%s", book, change, mark)
}

// ParseToken splits a token into its parts. Error: [ErrToken] (wrapped).
func ParseToken(token string) (book string, change int64, mark string, err error) {
	parts := strings.Split(token, "_")
	if len(parts) == 3 {
		change, err = strconv.ParseInt(parts[1], 10, 64)
	}
	if len(parts) != 3 || err != nil || change < 0 {
		return "", 0, "", fmt.Errorf("%q: %w", token, ErrToken)
	}
	return parts[0], change, parts[2], nil
}

// CardName returns the name of the contact's card in URLs.
func (c *Contact) CardName() string {
	if c.Resource == "" {
		return c.ID + ".vcf"
	}
	return c.Resource
}
