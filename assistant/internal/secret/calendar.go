package secret

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strconv"
	"strings"

	"github.com/pythonweb/goweb/assistant"
)

// The record in which the secret of an account's calendar is.
const (
	calendarKind = "calendar"
	calendarName = "secret"
)

// CalendarPath returns the path of an account's calendar under that of the program. It is made when there is none, and
// anew when renew is true.
func CalendarPath(ctx context.Context, library assistant.AccountStore, account assistant.Account,
	renew bool,
) (string, error) {
	token, err := calendarToken(ctx, library, account.ID)
	if err != nil {
		return "", err
	}
	if token == "" || renew {
		token = strings.ToLower(rand.Text())
		err = library.SaveRecords(ctx, assistant.Record{
			Account: account.ID, Kind: calendarKind, Name: calendarName,
			Value: []byte(token),
		})
	}
	return "/calendar/" + strconv.FormatInt(account.ID, 10) + "-" + token + ".ics", err
}

func calendarToken(ctx context.Context, library assistant.AccountStore, account int64) (string, error) {
	records, err := library.Records(ctx, account, calendarKind)
	for _, r := range records {
		if r.Name == calendarName {
			return string(r.Value), err
		}
	}
	return "", err
}

// CalendarAccount returns the account whose calendar has the last part of a path. Error: [assistant.ErrNotFound].
func CalendarAccount(ctx context.Context, library assistant.AccountStore, name string) (assistant.Account, error) {
	name, isCalendar := strings.CutSuffix(name, ".ics")
	number, token, found := strings.Cut(name, "-")
	id, wrong := strconv.ParseInt(number, 10, 64)
	if !isCalendar || !found || wrong != nil {
		return assistant.Account{}, assistant.ErrNotFound
	}
	want, err := calendarToken(ctx, library, id)
	if err != nil {
		return assistant.Account{}, err
	}
	if want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(token)) != 1 {
		return assistant.Account{}, assistant.ErrNotFound
	}
	accounts, err := library.Accounts(ctx)
	for _, a := range accounts {
		if a.ID == id {
			return a, err
		}
	}
	return assistant.Account{}, assistant.ErrNotFound
}
