package transfer

import (
	"context"
	"errors"

	"github.com/pythonweb/goweb/assistant"
)

// A Library is a store of many address books; used as a store itself, it is the first one.
type Library interface {
	assistant.Store
	assistant.Library
}

// CopyAll copies the address books of all accounts, and the accounts with their passwords, which are hashes. Accounts
// with the same name are the same account. The book of a source without accounts is copied into the first one of the
// target. Sessions are not copied: a user who is logged in to one store is not logged in to the other.
func CopyAll(ctx context.Context, to, from Library, options Options) (Report, error) {
	accounts, err := from.Accounts(ctx)
	if err != nil {
		return Report{}, err
	}
	var report Report
	var shared []ownedRecord
	if len(accounts) == 0 {
		owner, err := firstOwner(ctx, to)
		if err != nil {
			return report, err
		}
		_, err = report.copyBooks(ctx, ends{to, from, owner, assistant.Account{ID: assistant.FirstAccount}}, options)
		return report, err
	}
	for _, a := range accounts {
		passwords, err := from.AppPasswords(ctx, a.ID)
		if err != nil {
			return report, err
		}
		records, err := from.Records(ctx, a.ID, "")
		if err != nil {
			return report, err
		}
		owner, err := putAccount(ctx, to, a, passwords, records)
		if err != nil {
			return report, err
		}
		books, err := report.copyBooks(ctx, ends{to, from, owner, a}, options)
		if err != nil {
			return report, err
		}
		shared = append(shared, books...)
	}
	return report, putShares(ctx, to, shared)
}

// ends are the two sides of a copy of one account.
type ends struct {
	to, from      Library
	owner, source assistant.Account
}

// copyBooks copies the address books of an account, and returns what there is to share of them.
func (r *Report) copyBooks(ctx context.Context, e ends, options Options) (shared []ownedRecord, err error) {
	own, records, err := booksOf(ctx, e.from, e.source.ID)
	if err != nil {
		return nil, err
	}
	for i, b := range own {
		book, err := putBook(ctx, e.to, e.owner, records[i])
		if err != nil {
			return nil, err
		}
		one, err := Copy(ctx, book, e.from.OpenBook(b, e.source.Name), options)
		r.add(one)
		if err != nil {
			return nil, err
		}
		shared = append(shared, ownedRecord{e.owner, records[i]})
	}
	return shared, nil
}

func (r *Report) add(other Report) {
	r.Written += other.Written
	r.Same += other.Same
	r.Newer += other.Newer
	r.Removed += other.Removed
	r.Others += other.Others
	r.Differences += other.Differences
	r.Conflicts += other.Conflicts
}

// firstOwner returns the first account; that of a store without accounts has no name.
func firstOwner(ctx context.Context, to Library) (assistant.Account, error) {
	accounts, err := to.Accounts(ctx)
	if err != nil || len(accounts) == 0 {
		return assistant.Account{ID: assistant.FirstAccount}, err
	}
	return accounts[0], nil
}

// putAccount returns the target's account with a name, which is added if it does not exist. What the target has stays:
// its password, app passwords and records.
func putAccount(
	ctx context.Context,
	to assistant.Library,
	a assistant.Account,
	passwords []assistant.AppPassword,
	records []assistant.Record,
) (assistant.Account, error) {
	there, err := to.AccountNamed(ctx, a.Name)
	if errors.Is(err, assistant.ErrNotFound) {
		there = a
		err = to.AddAccount(ctx, &there)
	}
	if err != nil {
		return there, err
	}
	for _, p := range passwords {
		p.Account = there.ID
		if err := to.AddAppPassword(ctx, p); err != nil && !errors.Is(err, assistant.ErrExists) {
			return there, err
		}
	}
	have, err := to.Records(ctx, there.ID, "")
	if err != nil {
		return there, err
	}
	known := make(map[[2]string]bool)
	for _, r := range have {
		known[[2]string{r.Kind, r.Name}] = true
	}
	for _, r := range records {
		r.Account = there.ID
		if known[[2]string{r.Kind, r.Name}] {
			continue
		}
		if err := to.SaveRecords(ctx, r); err != nil {
			return there, err
		}
	}
	return there, nil
}
