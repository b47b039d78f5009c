package assistant

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pythonweb/goweb/assistant/search"
)

// An AddressBook describes one of the address books of an account, as seen by someone who may use it. Its content is a
// [Store].
type AddressBook struct {
	ID          int64  `json:"-"`
	Account     int64  `json:"-"`     // its owner
	Owner       string `json:"owner"` // the owner's name; "" in a store without accounts
	Name        string `json:"name"`  // [FirstBook] for the one that every account has
	Title       string `json:"title"` // what programs display; "" means the name
	Description string `json:"description"`
	ReadOnly    bool   `json:"read_only"`
	Shared      bool   `json:"-"` // it belongs to another account
}

// FirstBook is the name of the address book that every account has from the start and that cannot be removed.
const FirstBook = "contacts"

// FirstAccount is the number of the first account, to which the books of a store without accounts belong.
const FirstAccount = 1

// Ref returns the name by which whoever sees the book refers to it; for a book of someone else that is NAME@OWNER.
func (b AddressBook) Ref() string {
	if b.Shared {
		return b.Name + "@" + b.Owner
	}
	return b.Name
}

// A Share gives another account access to an address book.
type Share struct {
	Book     int64  `json:"-"`
	Account  int64  `json:"-"`
	User     string `json:"user"` // the name of the account
	ReadOnly bool   `json:"read_only"`
}

// A ListedBook is an address book as it appears in the list of an account.
type ListedBook struct {
	Name        string  `json:"name"` // NAME@OWNER for one that someone else shares
	Owner       string  `json:"owner"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Access      string  `json:"access"` // "owner", "write" or "read"
	SharedWith  []Share `json:"shared_with"`
}

// ListBooks returns books with their shares.
func ListBooks(books []AddressBook, shares []Share) []ListedBook {
	list := make([]ListedBook, len(books))
	for i, b := range books {
		list[i] = ListedBook{b.Ref(), b.Owner, b.Title, b.Description, "owner", []Share{}}
		switch {
		case b.ReadOnly:
			list[i].Access = "read"
		case b.Shared:
			list[i].Access = "write"
		}
		for _, one := range shares {
			if one.Book == b.ID && !b.Shared {
				list[i].SharedWith = append(list[i].SharedWith, one)
			}
		}
	}
	return list
}

// BookStore keeps the address books of accounts, and with whom they are shared.
type BookStore interface {
	// AddBook saves a new, empty address book of an account and gives it its ID. Errors: [FieldError] for an invalid name,
	// [ErrExists] (wrapped) for one that the account has already, compared folded.
	AddBook(ctx context.Context, b *AddressBook) error

	// Books returns the address books that an account sees: its first one, its others in the order of their numbers, and
	// those that others share with it.
	Books(ctx context.Context, account int64) ([]AddressBook, error)

	// DescribeBook saves the title and the description of a book. Error: [NotFoundError].
	DescribeBook(ctx context.Context, b AddressBook) error

	// RemoveBook removes a book with all that is in it, at the given time, and forgets those that were removed more than
	// [TrashDays] before that. Errors: [ErrFirstBook], [NotFoundError].
	RemoveBook(ctx context.Context, b AddressBook, at time.Time) error

	// RestoreBook brings back the book that was last removed under a name, with all that was in it. Errors:
	// [NotFoundError], also after [TrashDays]; [ErrExists] (wrapped) if there is another book with that name.
	RestoreBook(ctx context.Context, account int64, name string) error

	// ShareBook gives an account access to a book, or changes that access.
	ShareBook(ctx context.Context, s Share) error

	// UnshareBook revokes a share. Error: [NotFoundError].
	UnshareBook(ctx context.Context, s Share) error

	// Shares returns the shares of all address books of an account, ordered by book and by the name of the other account.
	Shares(ctx context.Context, account int64) ([]Share, error)

	// OpenBook returns the content of a book, to be used for as long as the library is open; by is the name of whoever
	// works with it, which the history records. The call costs nothing. For a book that may only be read, the store is a
	// [ReadOnly] one.
	OpenBook(b AddressBook, by string) Store
}

var (
	// ErrFirstBook says that the first book of an account cannot be removed.
	ErrFirstBook = errors.New("the first address book of an account cannot be removed")

	// ErrReadOnly says that an address book may be read but not changed.
	ErrReadOnly = errors.New("the address book is shared for reading only")
)

// BookNamed returns the one of several books that a name, NAME or NAME@OWNER, refers to, compared folded; for "" the
// first one. Error: [NotFoundError].
func BookNamed(books []AddressBook, name string) (AddressBook, error) {
	folded := search.LookupKey(name)
	for _, b := range books {
		if name == "" || search.LookupKey(b.Ref()) == folded {
			return b, nil
		}
	}
	return AddressBook{}, &NotFoundError{Kind: KindBook, Ref: name}
}

// CheckBookName refuses what cannot be the name of a further address book: the name appears in URLs, and before the @
// of NAME@OWNER.
func CheckBookName(name string) error {
	odd := strings.TrimSpace(name) != name || name == "." || name == ".." ||
		strings.ContainsFunc(name, func(r rune) bool { return strings.ContainsRune("@/\\", r) || !unicode.IsPrint(r) })
	return checkName("book", name, odd, "it is . or .., or has a slash, an @, or spaces around it")
}

// maxBookText is how many characters the title and the description of a book may have.
const maxBookText = 1000

// CheckBookTexts refuses a title or a description that cannot be stored.
func CheckBookTexts(b AddressBook) error {
	for field, text := range map[string]string{"title": b.Title, "description": b.Description} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || utf8.RuneCountInString(text) > maxBookText {
			return &FieldError{Field: field, Problem: "not a text of at most 1000 characters", Hint: "shorten it"}
		}
	}
	return nil
}
