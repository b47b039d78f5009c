package assistant

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Library is a store of many address books, at least one for each account, and of the accounts themselves. The books
// of a library without accounts belong to the first account, which takes them over once it is added.
type Library interface {
	AccountStore
	BookStore

	// Book returns the first address book of an account, for as long as the library is open. The call costs nothing, and
	// the Close of the book does nothing.
	Book(account Account) Store

	// CheckWritable returns nil if the library answers and can be written to now, and otherwise an error that says why
	// not: the server is a standby, or there is none. It writes nothing and does not wait for other writers.
	CheckWritable(ctx context.Context) error
}

// AccountStore keeps accounts and what belongs to them besides address books: app passwords, sessions, counts of
// failures and records. None of this changes the revision of a book.
type AccountStore interface {
	// AddAccount saves a new account and gives it its ID. Errors: [FieldError] for an invalid name, [ErrExists] (wrapped)
	// for one that is taken; names are compared folded.
	AddAccount(ctx context.Context, a *Account) error

	// Accounts returns all accounts in the order of their IDs.
	Accounts(ctx context.Context) ([]Account, error)

	// AccountNamed returns the account with a name, compared folded. Error: [NotFoundError].
	AccountNamed(ctx context.Context, name string) (Account, error)

	// SetPassword replaces the password hash of an account and ends its sessions. Error: [NotFoundError].
	SetPassword(ctx context.Context, account int64, hash string) error

	// RemoveAccount removes an account with its books, their history, and its app passwords, sessions and records. Error:
	// [NotFoundError].
	RemoveAccount(ctx context.Context, account int64) error

	// AddAppPassword saves a new app password. Error: [ErrExists] (wrapped) for a label that the account has already.
	AddAppPassword(ctx context.Context, p AppPassword) error

	// AppPasswords returns the app passwords of an account, ordered by label.
	AppPasswords(ctx context.Context, account int64) ([]AppPassword, error)

	// RemoveAppPassword revokes an app password. Error: [NotFoundError].
	RemoveAppPassword(ctx context.Context, account int64, label string) error

	// UseAppPassword records when an app password was used. It is not an error if the password is gone.
	UseAppPassword(ctx context.Context, account int64, label string, at time.Time) error

	// SaveSession saves a session, replacing any former one with its token.
	SaveSession(ctx context.Context, s Session) error

	// Session returns the session with a token. Error: [NotFoundError], also if it has expired.
	Session(ctx context.Context, token string) (Session, error)

	// Sessions returns the sessions of an account that have not expired, the one to expire last first.
	Sessions(ctx context.Context, account int64) ([]Session, error)

	// RemoveSessions ends the sessions with the given tokens, and removes those that have expired.
	RemoveSessions(ctx context.Context, tokens ...string) error

	// CountFailure counts one more failure of a key, which is the name of an account or a network address, and returns how
	// many the key has had in the current window. Windows follow one another from the Unix epoch.
	CountFailure(ctx context.Context, key string, window time.Duration) (int, error)

	// Failures returns how many failures a key has had in the current window.
	Failures(ctx context.Context, key string, window time.Duration) (int, error)

	// ClearFailures forgets the failures of a key.
	ClearFailures(ctx context.Context, key string) error

	// Records returns the records of an account of one kind, or of all kinds for "", ordered by kind and name.
	Records(ctx context.Context, account int64, kind string) ([]Record, error)

	// SaveRecords saves records, replacing former ones with their names.
	SaveRecords(ctx context.Context, records ...Record) error

	// RemoveRecord removes a record. It is not an error if the record is gone.
	RemoveRecord(ctx context.Context, account int64, kind, name string) error
}

// An Account is a person who has an address book.
type Account struct {
	ID       int64     `json:"-"` // also the number of its first book
	Name     string    `json:"name"`
	Password string    `json:"-"` // its hash; "" if none has been set
	Created  time.Time `json:"created"`
}

// An AppPassword gives a program access to the address book of one account and to nothing else.
type AppPassword struct {
	Account int64     `json:"-"`
	Label   string    `json:"name"`
	Hash    string    `json:"-"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"` // when it was last used, approximately
}

// A Session is what is remembered about someone who has logged in or is about to.
type Session struct {
	Token   string // as the store knows it: a hash of what the browser has
	Account int64  // 0 before the login
	Data    []byte
	Expires time.Time
}

// A Record is something that an account keeps besides its address books: a passkey, a setting, the address of a
// webhook.
type Record struct {
	Account int64
	Kind    string
	Name    string
	Value   []byte
}

// maxRefName is how many characters the name of an account or of an address book may have.
const maxRefName = 64

// CheckAccountName refuses what cannot be the name of an account: the name appears in URLs and before the colon of
// HTTP's Basic authentication.
func CheckAccountName(name string) error {
	odd := strings.ContainsFunc(name, func(r rune) bool {
		return strings.ContainsRune(":/\\", r) || !unicode.IsPrint(r) || unicode.IsSpace(r)
	})
	return checkName("user", name, odd, "it has a space, a colon or a slash")
}

// checkName refuses a name that is empty, not UTF-8, too long, or odd; problem says what is odd about it.
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
