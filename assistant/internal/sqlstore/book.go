package sqlstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// bookRow is a row of the table books, with what other tables say about it.
type bookRow struct {
	Book        int64
	Owner       int64
	OwnerName   string
	Name        string
	Title       string
	Description string
	ReadOnly    int64
}

// addressBook returns the row as an account sees it.
func (row bookRow) addressBook(account int64) assistant.AddressBook {
	b := assistant.AddressBook{
		ID: row.Book, Account: row.Owner, Owner: row.OwnerName, Name: row.Name, Title: row.Title,
		Description: row.Description, ReadOnly: row.ReadOnly != 0,
	}
	if row.Owner == 0 {
		b.Account, b.Name = row.Book, assistant.FirstBook
	}
	b.Shared = b.Account != account
	return b
}

// OpenBook implements [assistant.BookStore].
func (s *Store) OpenBook(b assistant.AddressBook, by string) assistant.Store {
	book := *s
	book.book, book.by, book.name, book.borrowed = b.ID, by, b.Ref(), true
	if b.ReadOnly {
		return assistant.ReadOnly(&book)
	}
	return &book
}

// AddBook implements [assistant.BookStore].
func (s *Store) AddBook(ctx context.Context, b *assistant.AddressBook) error {
	if err := checkBook(*b); err != nil {
		return err
	}
	var id int64
	err := s.writeAll(ctx, "add book", func(ctx context.Context, tx bun.Tx) error {
		if err := s.nameFree(ctx, tx, b.Account, b.Name); err != nil {
			return err
		}
		if err := tx.NewRaw("SELECT max(book) + 1 FROM books").Scan(ctx, &id); err != nil {
			return err
		}
		folded := search.LookupKey(b.Name)
		_, err := tx.NewRaw("INSERT INTO books (book, revision, owner, name, name_folded, title, description) "+
			"VALUES (?, ?, ?, ?, ?, ?, ?)", id, rand.Text(), b.Account, b.Name, folded, b.Title, b.Description).Exec(ctx)
		return err
	})
	if err == nil {
		b.ID = id
	}
	return err
}

// checkBook refuses what cannot be a further book.
func checkBook(b assistant.AddressBook) error {
	if err := assistant.CheckBookName(b.Name); err != nil {
		return err
	}
	return assistant.CheckBookTexts(b)
}

// nameFree refuses a name that an account already has for a book.
func (s *Store) nameFree(ctx context.Context, tx bun.Tx, account int64, name string) error {
	folded := search.LookupKey(name)
	var taken int
	err := tx.NewRaw("SELECT count(*) FROM books WHERE owner = ? AND name_folded = ? AND removed = 0", account, folded).
		Scan(ctx, &taken)
	if err == nil && (taken > 0 || folded == search.LookupKey(assistant.FirstBook)) {
		err = fmt.Errorf("book %s: %w", name, assistant.ErrExists)
	}
	return err
}

// Books implements [assistant.BookStore].
func (s *Store) Books(ctx context.Context, account int64) ([]assistant.AddressBook, error) {
	var rows []bookRow
	err := s.db.Reader.NewRaw("SELECT b.book, b.owner, coalesce(a.name, '') AS owner_name, b.name, b.title, "+
		"b.description, coalesce(s.read_only, 0) AS read_only FROM books b "+
		"LEFT JOIN accounts a ON a.id = CASE b.owner WHEN 0 THEN b.book ELSE b.owner END "+
		"LEFT JOIN shares s ON s.book = b.book AND s.account = ?0 "+
		"WHERE b.removed = 0 AND (b.owner = ?0 OR b.owner = 0 AND b.book = ?0 OR s.account IS NOT NULL) "+
		"ORDER BY CASE ?0 WHEN b.book THEN 0 WHEN b.owner THEN 1 ELSE 2 END, b.book", account).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read books: %w", err)
	}
	list := make([]assistant.AddressBook, len(rows))
	for i, row := range rows {
		list[i] = row.addressBook(account)
	}
	return list, nil
}

// DescribeBook implements [assistant.BookStore].
func (s *Store) DescribeBook(ctx context.Context, b assistant.AddressBook) error {
	if err := assistant.CheckBookTexts(b); err != nil {
		return err
	}
	result, err := s.db.NewRaw("UPDATE books SET title = ?, description = ? WHERE book = ? AND removed = 0",
		b.Title, b.Description, b.ID).Exec(ctx)
	return changedOne(result, err, assistant.KindBook, b.Ref())
}

// RemoveBook implements [assistant.BookStore].
func (s *Store) RemoveBook(ctx context.Context, b assistant.AddressBook, at time.Time) error {
	if b.ID == b.Account {
		return assistant.ErrFirstBook
	}
	return s.writeAll(ctx, "remove book", func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewRaw("UPDATE books SET removed = ? WHERE book = ? AND owner = ? AND removed = 0",
			at.UnixMilli(), b.ID, b.Account).Exec(ctx)
		if err := changedOne(result, err, assistant.KindBook, b.Ref()); err != nil {
			return err
		}
		var old []int64
		before := at.AddDate(0, 0, -assistant.TrashDays).UnixMilli()
		err = tx.NewRaw("SELECT book FROM books WHERE owner > 0 AND removed > 0 AND removed < ?", before).Scan(ctx, &old)
		if err != nil {
			return err
		}
		for _, book := range old {
			if err := dropBook(ctx, tx, book); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropBook removes a book with everything that was ever in it. The last one stays, empty, to record the highest number
// that was ever used.
func dropBook(ctx context.Context, tx bun.Tx, book int64) error {
	for _, table := range append(bookTables(), "removed", "shares") {
		if _, err := tx.NewRaw("DELETE FROM ? WHERE book = ?", bun.Ident(table), book).Exec(ctx); err != nil {
			return err
		}
	}
	_, err := tx.NewRaw("DELETE FROM books WHERE book = ? AND book < (SELECT max(book) FROM books)", book).Exec(ctx)
	if err == nil {
		_, err = tx.NewRaw("UPDATE books SET owner = 0, name = '', removed = 1 WHERE book = ?", book).Exec(ctx)
	}
	return err
}

// bookTables returns the tables with the content of books.
func bookTables() []string {
	return []string{
		"contacts", "notes", "contact_versions", "note_versions", "merges", "marks", "cards", "changes",
		"contact_grams", "contact_unindexed",
	}
}

// RestoreBook implements [assistant.BookStore].
func (s *Store) RestoreBook(ctx context.Context, account int64, name string) error {
	return s.writeAll(ctx, "restore book", func(ctx context.Context, tx bun.Tx) error {
		var book int64
		err := tx.NewRaw("SELECT coalesce(max(book), 0) FROM books WHERE owner = ?0 AND name_folded = ?1 AND removed = "+
			"(SELECT max(removed) FROM books WHERE owner = ?0 AND name_folded = ?1) AND removed > 0",
			account, search.LookupKey(name)).Scan(ctx, &book)
		if err == nil && book == 0 {
			err = &assistant.NotFoundError{Kind: assistant.KindBook, Ref: name}
		}
		if err == nil {
			err = s.nameFree(ctx, tx, account, name)
		}
		if err == nil {
			_, err = tx.NewRaw("UPDATE books SET removed = 0 WHERE book = ?", book).Exec(ctx)
		}
		return err
	})
}

// ShareBook implements [assistant.BookStore].
func (s *Store) ShareBook(ctx context.Context, one assistant.Share) error {
	readOnly := 0
	if one.ReadOnly {
		readOnly = 1
	}
	_, err := s.db.NewRaw("INSERT INTO shares VALUES (?, ?, ?) ON CONFLICT (book, account) DO UPDATE "+
		"SET read_only = excluded.read_only", one.Book, one.Account, readOnly).Exec(ctx)
	if err != nil {
		return fmt.Errorf("share book: %w", err)
	}
	return nil
}

// UnshareBook implements [assistant.BookStore].
func (s *Store) UnshareBook(ctx context.Context, one assistant.Share) error {
	result, err := s.db.NewRaw("DELETE FROM shares WHERE book = ? AND account = ?", one.Book, one.Account).Exec(ctx)
	return changedOne(result, err, assistant.KindShare, one.User)
}

// Shares implements [assistant.BookStore].
func (s *Store) Shares(ctx context.Context, account int64) ([]assistant.Share, error) {
	var rows []struct {
		Book     int64
		Account  int64
		Name     string
		ReadOnly int64
	}
	err := s.db.Reader.NewRaw("SELECT s.book, s.account, a.name, s.read_only FROM shares s "+
		"JOIN accounts a ON a.id = s.account JOIN books b ON b.book = s.book "+
		"WHERE b.removed = 0 AND (b.owner = ?0 OR b.owner = 0 AND b.book = ?0) ORDER BY s.book, a.name_folded", account).
		Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read shares: %w", err)
	}
	list := make([]assistant.Share, len(rows))
	for i, row := range rows {
		list[i] = assistant.Share{Book: row.Book, Account: row.Account, User: row.Name, ReadOnly: row.ReadOnly != 0}
	}
	return list, nil
}
