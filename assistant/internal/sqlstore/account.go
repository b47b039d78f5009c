package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// accountRow is a row of the table accounts.
type accountRow struct {
	bun.BaseModel `bun:"table:accounts,alias:a"`

	ID         int64  `bun:"id,pk"`
	Name       string `bun:"name"`
	NameFolded string `bun:"name_folded"`
	Password   string `bun:"password"`
	Created    int64  `bun:"created"`
}

func (row accountRow) account() assistant.Account {
	return assistant.Account{ID: row.ID, Name: row.Name, Password: row.Password, Created: moment(row.Created)}
}

// AddAccount implements [assistant.AccountStore]. The number of a removed account is not reused while there are others.
func (s *Store) AddAccount(ctx context.Context, a *assistant.Account) error {
	if err := assistant.CheckAccountName(a.Name); err != nil {
		return err
	}
	row := &accountRow{
		Name:       a.Name,
		NameFolded: search.LookupKey(a.Name),
		Password:   a.Password,
		Created:    a.Created.UnixMilli(),
	}
	err := s.writeAll(ctx, "add account", func(ctx context.Context, tx bun.Tx) error {
		var there, last int64
		if err := tx.NewRaw("SELECT count(*) FROM accounts").Scan(ctx, &there); err != nil {
			return err
		}
		if err := tx.NewRaw("SELECT max(book) FROM books").Scan(ctx, &last); err != nil {
			return err
		}
		row.ID = firstBook
		if there > 0 {
			row.ID = last + 1
		}
		taken, err := tx.NewSelect().Model((*accountRow)(nil)).Where("name_folded = ?", row.NameFolded).Exists(ctx)
		if err != nil {
			return err
		}
		if taken {
			return fmt.Errorf("user %s: %w", a.Name, assistant.ErrExists)
		}
		if _, err := tx.NewInsert().Model(row).Returning("NULL").Exec(ctx); err != nil {
			return err
		}
		_, err = tx.NewRaw("INSERT INTO books (book, revision) VALUES (?, ?) ON CONFLICT DO NOTHING",
			row.ID, rand.Text()).Exec(ctx)
		return err
	})
	if err == nil {
		a.ID = row.ID
	}
	return err
}

// Accounts implements [assistant.AccountStore].
func (s *Store) Accounts(ctx context.Context) ([]assistant.Account, error) {
	var rows []accountRow
	if err := s.db.Reader.NewSelect().Model(&rows).Order("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	list := make([]assistant.Account, len(rows))
	for i, row := range rows {
		list[i] = row.account()
	}
	return list, nil
}

// AccountNamed implements [assistant.AccountStore].
func (s *Store) AccountNamed(ctx context.Context, name string) (assistant.Account, error) {
	folded := search.LookupKey(name)
	accounts := func(m *memory) *map[string]accountRow { return &m.accounts }
	row, err := recall(ctx, s, accounts, folded, func() (row accountRow, err error) {
		err = s.db.Reader.NewSelect().Model(&row).Where("name_folded = ?", folded).Scan(ctx)
		return row, err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return assistant.Account{}, &assistant.NotFoundError{Kind: assistant.KindAccount, Ref: name}
	}
	if err != nil {
		return assistant.Account{}, fmt.Errorf("read account: %w", err)
	}
	return row.account(), nil
}

// SetPassword implements [assistant.AccountStore].
func (s *Store) SetPassword(ctx context.Context, account int64, hash string) error {
	return s.transact(ctx, "set password", func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewRaw("UPDATE accounts SET password = ? WHERE id = ?", hash, account).Exec(ctx)
		if err := changedOne(result, err, assistant.KindAccount, fmt.Sprint(account)); err != nil {
			return err
		}
		_, err = tx.NewRaw("DELETE FROM sessions WHERE account = ?", account).Exec(ctx)
		return err
	})
}

// changedOne returns an error if a statement has found nothing to change.
func changedOne(result sql.Result, err error, kind assistant.Kind, ref string) error {
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return &assistant.NotFoundError{Kind: kind, Ref: ref}
}

// RemoveAccount implements [assistant.AccountStore]. The first book stays, empty: it exists even without accounts.
func (s *Store) RemoveAccount(ctx context.Context, account int64) error {
	return s.writeAll(ctx, "remove account", func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewRaw("DELETE FROM accounts WHERE id = ?", account).Exec(ctx)
		if err := changedOne(result, err, assistant.KindAccount, fmt.Sprint(account)); err != nil {
			return err
		}
		if _, err := tx.NewRaw("DELETE FROM sessions WHERE account = ?", account).Exec(ctx); err != nil {
			return err
		}
		var further []int64
		if err := tx.NewRaw("SELECT book FROM books WHERE owner = ?", account).Scan(ctx, &further); err != nil {
			return err
		}
		for _, book := range further {
			if err := dropBook(ctx, tx, book); err != nil {
				return err
			}
		}
		if account == firstBook {
			return clearFirst(ctx, tx)
		}
		return dropBook(ctx, tx, account)
	})
}

// clearFirst empties the first book, which stays. The numbering of versions in it continues.
func clearFirst(ctx context.Context, tx bun.Tx) error {
	for _, statement := range []string{
		"INSERT INTO removed SELECT book, 'contact', id, version, '', changed, '', via, 0, '' FROM contacts " +
			"WHERE book = ?",
		"INSERT INTO removed SELECT book, 'note', id, version, '', changed, '', via, 0, '' FROM notes WHERE book = ?",
		"UPDATE removed SET kept = 0, name = '', changed_by = '', label = '' WHERE book = ?",
		"UPDATE books SET title = '', description = '' WHERE book = ?",
	} {
		if _, err := tx.NewRaw(statement, firstBook).Exec(ctx); err != nil {
			return err
		}
	}
	for _, table := range append(bookTables(), "shares") {
		if _, err := tx.NewRaw("DELETE FROM ? WHERE book = ?", bun.Ident(table), firstBook).Exec(ctx); err != nil {
			return err
		}
	}
	_, err := tx.NewRaw("UPDATE books SET mark = ? WHERE book = ?", rand.Text(), firstBook).Exec(ctx)
	return err
}

// appPasswordRow is a row of the table app_passwords.
type appPasswordRow struct {
	bun.BaseModel `bun:"table:app_passwords,alias:p"`

	Account int64  `bun:"account,pk"`
	Label   string `bun:"label,pk"`
	Hash    string `bun:"hash"`
	Created int64  `bun:"created"`
	Used    int64  `bun:"used"`
}

// AddAppPassword implements [assistant.AccountStore].
func (s *Store) AddAppPassword(ctx context.Context, p assistant.AppPassword) error {
	if err := assistant.CheckLabel(p.Label); err != nil {
		return err
	}
	row := &appPasswordRow{Account: p.Account, Label: p.Label, Hash: p.Hash, Created: p.Created.UnixMilli()}
	if !p.Used.IsZero() {
		row.Used = p.Used.UnixMilli()
	}
	result, err := s.db.NewInsert().Model(row).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return fmt.Errorf("add app password: %w", err)
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 {
		return fmt.Errorf("app password %s: %w", p.Label, assistant.ErrExists)
	}
	return nil
}

// AppPasswords implements [assistant.AccountStore].
func (s *Store) AppPasswords(ctx context.Context, account int64) ([]assistant.AppPassword, error) {
	programs := func(m *memory) *map[int64][]appPasswordRow { return &m.programs }
	rows, err := recall(ctx, s, programs, account, func() (rows []appPasswordRow, err error) {
		err = s.db.Reader.NewSelect().Model(&rows).Where("account = ?", account).Order("label").Scan(ctx)
		return rows, err
	})
	if err != nil {
		return nil, fmt.Errorf("read app passwords: %w", err)
	}
	list := make([]assistant.AppPassword, len(rows))
	for i, row := range rows {
		list[i] = assistant.AppPassword{Account: account, Label: row.Label, Hash: row.Hash, Created: moment(row.Created)}
		if row.Used != 0 {
			list[i].Used = moment(row.Used)
		}
	}
	return list, nil
}

// RemoveAppPassword implements [assistant.AccountStore].
func (s *Store) RemoveAppPassword(ctx context.Context, account int64, label string) error {
	result, err := s.db.NewRaw("DELETE FROM app_passwords WHERE account = ? AND label = ?", account, label).Exec(ctx)
	return changedOne(result, err, assistant.KindAppPassword, label)
}

// UseAppPassword implements [assistant.AccountStore].
func (s *Store) UseAppPassword(ctx context.Context, account int64, label string, at time.Time) error {
	_, err := s.db.NewRaw("UPDATE app_passwords SET used = ? WHERE account = ? AND label = ?",
		at.UnixMilli(), account, label).Exec(ctx)
	return err
}
