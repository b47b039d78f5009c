package secret

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// The record that holds the secret of an account's calendar. For a further address book the name of the book is
// appended: whoever knows the address of one book's calendar knows nothing of the others.
const (
	calendarKind = "calendar"
	calendarName = "secret"
)

func calendarRecord(book string) string {
	if book == "" {
		return calendarName
	}
	return calendarName + " " + book
}

// CalendarPath returns the path of the calendar of an account's address book below that of the program; book is
// [assistant.AddressBook.Ref], or "" for the first one. The path is made if there is none, and replaced by a new one if
// renew is true.
func CalendarPath(ctx context.Context, library assistant.AccountStore, account assistant.Account, book string,
	renew bool,
) (string, error) {
	records, err := library.Records(ctx, account.ID, calendarKind)
	if err != nil {
		return "", err
	}
	token := ""
	for _, r := range records {
		if r.Name == calendarRecord(book) {
			token = string(r.Value)
		}
	}
	if token == "" || renew {
		token = strings.ToLower(rand.Text())
		err = library.SaveRecords(ctx, assistant.Record{
			Account: account.ID, Kind: calendarKind, Name: calendarRecord(book),
			Value: []byte(token),
		})
	}
	return "/calendar/" + strconv.FormatInt(account.ID, 10) + "-" + token + ".ics", err
}

// CalendarAccount returns the account whose calendar has this last part of its path, and the address book as in
// [CalendarPath]. Error: [assistant.ErrNotFound].
func CalendarAccount(
	ctx context.Context, library assistant.AccountStore, name string,
) (account assistant.Account, book string, err error) {
	name, isCalendar := strings.CutSuffix(name, ".ics")
	number, token, found := strings.Cut(name, "-")
	id, wrong := strconv.ParseInt(number, 10, 64)
	if !isCalendar || !found || wrong != nil {
		return account, "", assistant.ErrNotFound
	}
	records, err := library.Records(ctx, id, calendarKind)
	if err != nil {
		return account, "", err
	}
	known := ""
	for _, r := range records {
		if len(r.Value) > 0 && subtle.ConstantTimeCompare(r.Value, []byte(token)) == 1 {
			known = r.Name
		}
	}
	if known == "" {
		return account, "", assistant.ErrNotFound
	}
	_, book, _ = strings.Cut(known, " ")
	accounts, err := library.Accounts(ctx)
	for _, a := range accounts {
		if a.ID == id {
			return a, book, err
		}
	}
	return account, "", assistant.ErrNotFound
}
