package transfer

import (
	"context"
	"errors"
	"fmt"

	"github.com/pythonweb/goweb/assistant"
)

// bookRecord is an address book of the account that precedes it; what follows is in it. The first book has a record
// only if there is more to say about it than its name.
type bookRecord struct {
	Name        string        `json:"name"`
	Title       string        `json:"title,omitempty"`
	Description string        `json:"description,omitempty"`
	Shares      []shareRecord `json:"shares,omitempty"`
}

type shareRecord struct {
	User     string `json:"user"`
	ReadOnly bool   `json:"read_only"`
}

// booksOf returns the address books that an account owns, the first one first, with their records.
func booksOf(
	ctx context.Context, from assistant.Library, account int64,
) ([]assistant.AddressBook, []*bookRecord, error) {
	list, err := from.Books(ctx, account)
	if err != nil {
		return nil, nil, err
	}
	shares, err := from.Shares(ctx, account)
	if err != nil {
		return nil, nil, err
	}
	var own []assistant.AddressBook
	var records []*bookRecord
	for _, b := range list {
		if b.Shared {
			continue
		}
		record := &bookRecord{Name: b.Name, Title: b.Title, Description: b.Description}
		for _, one := range shares {
			if one.Book == b.ID {
				record.Shares = append(record.Shares, shareRecord{one.User, one.ReadOnly})
			}
		}
		own, records = append(own, b), append(records, record)
	}
	return own, records, nil
}

// isPlain reports whether there is nothing to say about a book but its name.
func (r *bookRecord) isPlain() bool {
	return r.Title == "" && r.Description == "" && len(r.Shares) == 0
}

// check refuses what cannot be a book.
func (r *bookRecord) check() error {
	err := assistant.CheckBookTexts(assistant.AddressBook{Title: r.Title, Description: r.Description})
	if r.Name != assistant.FirstBook {
		err = errors.Join(err, assistant.CheckBookName(r.Name))
	}
	for _, one := range r.Shares {
		err = errors.Join(err, assistant.CheckAccountName(one.User))
	}
	return err
}

// putBook returns the book of an account that a record names, which is added if it is not there. What the target says
// about a book stays.
func putBook(
	ctx context.Context, to assistant.Library, owner assistant.Account, r *bookRecord,
) (assistant.Store, error) {
	b := assistant.AddressBook{
		Account: owner.ID, Owner: owner.Name, Name: r.Name, Title: r.Title, Description: r.Description,
	}
	list, err := to.Books(ctx, owner.ID)
	if err != nil {
		return nil, err
	}
	there, err := assistant.BookNamed(list, r.Name)
	switch {
	case errors.Is(err, assistant.ErrNotFound):
		there = b
		err = to.AddBook(ctx, &there)
	case err == nil && there.Title == "" && there.Description == "" && r.Title+r.Description != "":
		there.Title, there.Description = r.Title, r.Description
		err = to.DescribeBook(ctx, there)
	}
	if err != nil {
		return nil, fmt.Errorf("book %s: %w", r.Name, err)
	}
	return to.OpenBook(there, owner.Name), nil
}

// An ownedRecord is a book with its owner, whose shares are written once all accounts exist.
type ownedRecord struct {
	owner assistant.Account
	*bookRecord
}

// putShares shares books with those of the accounts that exist. A share that the target has stays.
func putShares(ctx context.Context, to assistant.Library, books []ownedRecord) error {
	for _, r := range books {
		if len(r.Shares) == 0 {
			continue
		}
		list, err := to.Books(ctx, r.owner.ID)
		if err != nil {
			return err
		}
		b, err := assistant.BookNamed(list, r.Name)
		if err != nil {
			return err
		}
		have, err := to.Shares(ctx, r.owner.ID)
		if err != nil {
			return err
		}
		known := make(map[int64]bool)
		for _, one := range have {
			known[one.Account] = known[one.Account] || one.Book == b.ID
		}
		for _, one := range r.Shares {
			other, err := to.AccountNamed(ctx, one.User)
			if errors.Is(err, assistant.ErrNotFound) || err == nil && (known[other.ID] || other.ID == r.owner.ID) {
				continue
			}
			if err == nil {
				err = to.ShareBook(ctx, assistant.Share{Book: b.ID, Account: other.ID, ReadOnly: one.ReadOnly})
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// writeBooks writes the books of a file, each into the one with its name in the account that precedes it.
func writeBooks(ctx context.Context, to Library, books []*imported, options Options) (report Report, err error) {
	owner := options.Owner
	if owner.ID == 0 {
		owner, err = firstOwner(ctx, to)
	}
	var shared []ownedRecord
	for _, b := range books {
		if err == nil && b.account != nil {
			owner, err = b.putAccount(ctx, to)
		}
		if err != nil {
			return report, err
		}
		book := options.Book
		if b.account != nil || b.book != nil || book == nil {
			r := b.book
			if r == nil {
				r = &bookRecord{Name: assistant.FirstBook}
			}
			shared = append(shared, ownedRecord{owner, r})
			if book, err = putBook(ctx, to, owner, r); err != nil {
				return report, err
			}
		}
		one, failed := b.write(ctx, book, options)
		report.add(one)
		err = failed
	}
	if err == nil {
		err = putShares(ctx, to, shared)
	}
	return report, err
}
