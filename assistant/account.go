package assistant

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Library is a store of many address books: at least one for each account, and the accounts themselves. The books of
// a library without accounts are those of the first one, which takes them over.
type Library interface {
	AccountStore
	BookStore

	// Book returns the first address book of an account, for as long as the library is open. It costs nothing, and its
	// Close does nothing.
	Book(account Account) Store

	// CheckWritable returns nil when the library answers and can be written now, and otherwise why not: a server that is
	// a standby, or none. It writes nothing and waits for no writer.
	CheckWritable(ctx context.Context) error
}

// AccountStore keeps accounts and what people come in by. Nothing of it changes the revision of a book.
type AccountStore interface {
	// AddAccount saves a new account and gives it its ID. Errors: [FieldError] for a name that is none, [ErrExists]
	// (wrapped) for one that is taken, compared folded.
	AddAccount(ctx context.Context, a *Account) error

	// Accounts returns all accounts in the order of their IDs.
	Accounts(ctx context.Context) ([]Account, error)

	// AccountNamed returns the account of a name, compared folded. Error: [NotFoundError].
	AccountNamed(ctx context.Context, name string) (Account, error)

	// SetPassword gives an account another password and ends its sessions. Error: [NotFoundError].
	SetPassword(ctx context.Context, account int64, hash string) error

	// RemoveAccount removes an account with its books, the history of those, and all that it comes in by. Error:
	// [NotFoundError].
	RemoveAccount(ctx context.Context, account int64) error

	// AddAppPassword saves a new app password. Error: [ErrExists] (wrapped) for a label that the account has already.
	AddAppPassword(ctx context.Context, p AppPassword) error

	// AppPasswords returns the app passwords of an account by their labels.
	AppPasswords(ctx context.Context, account int64) ([]AppPassword, error)

	// RemoveAppPassword revokes an app password. Error: [NotFoundError].
	RemoveAppPassword(ctx context.Context, account int64, label string) error

	// UseAppPassword records when an app password was used. One that is gone is not an error.
	UseAppPassword(ctx context.Context, account int64, label string, at time.Time) error

	// SaveSession saves a session in place of the former one of its token.
	SaveSession(ctx context.Context, s Session) error

	// Session returns the session of a token. Error: [NotFoundError], also for one that has expired.
	Session(ctx context.Context, token string) (Session, error)

	// Sessions returns the sessions of an account that have not expired, the one that expires last first.
	Sessions(ctx context.Context, account int64) ([]Session, error)

	// RemoveSessions ends sessions, and takes away those that have expired.
	RemoveSessions(ctx context.Context, tokens ...string) error

	// CountFailure counts one more failure of a key, an account's name or a network address, and returns how many it
	// has had in the present window. Windows follow one another from the year 1970 on.
	CountFailure(ctx context.Context, key string, window time.Duration) (int, error)

	// Failures returns how many failures a key has had in the present window.
	Failures(ctx context.Context, key string, window time.Duration) (int, error)

	// ClearFailures forgets the failures of a key.
	ClearFailures(ctx context.Context, key string) error

	// Records returns the records of an account of one kind, or of all for "", by kinds and names.
	Records(ctx context.Context, account int64, kind string) ([]Record, error)

	// SaveRecords saves records in place of former ones of their names.
	SaveRecords(ctx context.Context, records ...Record) error

	// RemoveRecord removes a record; one that is gone is not an error.
	RemoveRecord(ctx context.Context, account int64, kind, name string) error
}

// An Account is a person who has an address book.
type Account struct {
	ID       int64     `json:"-"` // the number of its first book, too
	Name     string    `json:"name"`
	Password string    `json:"-"` // its hash; "" when none has been set
	Created  time.Time `json:"created"`
}

// An AppPassword lets a program in, to one account's address book and nothing else.
type AppPassword struct {
	Account int64     `json:"-"`
	Label   string    `json:"name"`
	Hash    string    `json:"-"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"` // when it was used last, about
}

// A Session is what is remembered of somebody who has logged in.
type Session struct {
	Token   string // as the store knows it: a hash of what the browser has
	Account int64  // 0 before the login
	Data    []byte
	Expires time.Time
}

// A Record is what an account keeps beside its address book: a passkey, a setting, the address of a webhook.
type Record struct {
	Account int64
	Kind    string
	Name    string
	Value   []byte
}

// maxRefName is how many characters the name of an account or of an address book may have.
const maxRefName = 64

// CheckAccountName refuses what cannot be the name of an account: it stands in addresses and before the colon of HTTP's
// Basic authentication.
func CheckAccountName(name string) error {
	odd := strings.ContainsFunc(name, func(r rune) bool {
		return strings.ContainsRune(":/\\", r) || !unicode.IsPrint(r) || unicode.IsSpace(r)
	})
	return checkName("user", name, odd, "it has a space, a colon or a slash")
}

// checkName refuses a name that is empty, too long, no text, or odd, which problem says.
func checkName(field, name string, odd bool, problem string) error {
	switch {
	case strings.TrimSpace(name) == "":
		problem = "empty"
	case !utf8.ValidString(name):
		problem = "not UTF-8"
	case utf8.RuneCountInString(name) > maxRefName:
		problem = "longer than 64 characters"
	case !odd:
		return nil
	}
	return &FieldError{Field: field, Value: name, Problem: problem, Hint: "use letters, digits, dots and hyphens"}
}

// CheckLabel refuses what cannot be the label of an app password.
func CheckLabel(label string) error {
	if strings.TrimSpace(label) == "" || !utf8.ValidString(label) || utf8.RuneCountInString(label) > maxRefName ||
		strings.ContainsFunc(label, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return &FieldError{
			Field:   "name",
			Value:   label,
			Problem: "not a label for an app password",
			Hint:    "use at most 64 characters, such as phone",
		}
	}
	return nil
}
