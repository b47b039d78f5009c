package transfer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/serializer"
)

// archive is what a file holds: records of contacts and notes, of what is kept of their past, of intervals of tags, and
// of accounts. What follows an account belongs to it; what follows a book is in that book, and what precedes it in the
// first one. Books that precede the first account are those of a store without accounts.
type archive struct {
	Format  string `json:"format"`
	Records []any  `json:"records"`
}

// format is what marks a file as one of address books; oldFormat has only contacts and notes of one book.
const (
	format    = "assistant 2"
	oldFormat = "assistant 1"
)

// contactRecord is a contact with the source that its JSON form leaves out.
type contactRecord struct {
	assistant.Contact
	SourceBytes []byte `json:"source"`
	CardName    string `json:"resource,omitempty"`
}

func newContactRecord(c *assistant.Contact) *contactRecord {
	if c == nil {
		return nil
	}
	return &contactRecord{*c, c.Source, c.Resource}
}

// contact returns the contact, or nil if there is none.
func (r *contactRecord) contact() *assistant.Contact {
	if r == nil {
		return nil
	}
	c := r.Contact
	c.Source, c.Resource = r.SourceBytes, r.CardName
	c.SettleKind() // for files of a version that did not know groups
	return &c
}

// pastRecord is an [assistant.Past].
type pastRecord struct {
	Kind    assistant.Kind  `json:"kind"`
	ID      string          `json:"id"`
	Version int64           `json:"version"`
	At      time.Time       `json:"at"`
	By      string          `json:"by"`
	Via     assistant.Via   `json:"via"`
	Label   string          `json:"label,omitempty"`
	Contact *contactRecord  `json:"contact,omitempty"`
	Note    *assistant.Note `json:"note,omitempty"`
	Removed bool            `json:"removed,omitempty"`
	Name    string          `json:"name,omitempty"`
}

// mergeRecord is an [assistant.Merge].
type mergeRecord struct {
	At     time.Time      `json:"at"`
	Other  *contactRecord `json:"other"`
	Before *contactRecord `json:"before"`
	After  *contactRecord `json:"after"`
}

// accountRecord is an account with its app passwords and records. Of passwords it holds only hashes.
type accountRecord struct {
	Name         string              `json:"name"`
	Password     string              `json:"password"`
	Created      time.Time           `json:"created"`
	AppPasswords []appPasswordRecord `json:"app_passwords,omitempty"`
	Kept         []keptRecord        `json:"kept,omitempty"`
}

type appPasswordRecord struct {
	Label   string    `json:"name"`
	Hash    string    `json:"hash"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"`
}

// keptRecord is an [assistant.Record].
type keptRecord struct {
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Value []byte `json:"value"`
}

// register names the types of records.
func register() error {
	_, contact := serializer.Register[*contactRecord]("contact")
	_, note := serializer.Register[*assistant.Note]("note")
	_, past := serializer.Register[*pastRecord]("past")
	_, merge := serializer.Register[*mergeRecord]("merge")
	_, account := serializer.Register[*accountRecord]("account")
	_, interval := serializer.Register[*assistant.TagInterval]("interval")
	_, book := serializer.Register[*bookRecord]("book")
	return errors.Join(contact, note, past, merge, account, interval, book)
}

// Export writes everything to a file, .json or .cbor by its name, whole or not at all, and returns the number of
// contacts and notes.
func Export(ctx context.Context, from Library, file string, progress func(int)) (int, error) {
	if err := errors.Join(checkName(file), register()); err != nil {
		return 0, err
	}
	a := &archive{Format: format, Records: []any{}}
	accounts, err := from.Accounts(ctx)
	if err != nil {
		return 0, err
	}
	count := 0
	if len(accounts) == 0 {
		count, err = a.addBooks(ctx, from, assistant.Account{ID: assistant.FirstAccount}, progress)
	}
	for _, account := range accounts {
		record, failed := newAccountRecord(ctx, from, account)
		if failed != nil {
			return 0, failed
		}
		a.Records = append(a.Records, record)
		n, failed := a.addBooks(ctx, from, account, progress)
		count, err = count+n, errors.Join(err, failed)
	}
	if err != nil {
		return 0, err
	}
	return count, serializer.Save(file, *a)
}

// addBooks adds the address books of an account.
func (a *archive) addBooks(
	ctx context.Context, from assistant.Library, account assistant.Account, progress func(int),
) (count int, err error) {
	own, records, err := booksOf(ctx, from, account.ID)
	for i, b := range own {
		if b.ID != account.ID || !records[i].isPlain() {
			a.Records = append(a.Records, records[i])
		}
		n, failed := a.add(ctx, from.OpenBook(b, account.Name), progress)
		count, err = count+n, errors.Join(err, failed)
	}
	return count, err
}

func newAccountRecord(ctx context.Context, from assistant.Library, a assistant.Account) (*accountRecord, error) {
	record := &accountRecord{Name: a.Name, Password: a.Password, Created: a.Created}
	passwords, err := from.AppPasswords(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range passwords {
		record.AppPasswords = append(record.AppPasswords, appPasswordRecord{p.Label, p.Hash, p.Created, p.Used})
	}
	kept, err := from.Records(ctx, a.ID, "")
	for _, r := range kept {
		record.Kept = append(record.Kept, keptRecord{r.Kind, r.Name, r.Value})
	}
	return record, err
}

// add adds a book, and returns the number of its contacts and notes.
func (a *archive) add(ctx context.Context, from assistant.Store, progress func(int)) (count int, err error) {
	book := assistant.Book{Store: from}
	for c, err := range book.AllContacts(ctx, assistant.ContactQuery{Groups: true}) {
		if err != nil {
			return 0, err
		}
		a.Records = append(a.Records, newContactRecord(c))
		count++
		progress(1)
	}
	for n, err := range book.AllNotes(ctx, assistant.NoteQuery{}) {
		if err != nil {
			return 0, err
		}
		a.Records = append(a.Records, n)
		count++
		progress(1)
	}
	for after := ""; ; {
		page, err := from.Past(ctx, after)
		if err != nil {
			return 0, err
		}
		for _, p := range page.Past {
			a.Records = append(a.Records, &pastRecord{
				p.Kind, p.ID, p.Version, p.At, p.By, p.Via, p.Label, newContactRecord(p.Contact), p.Note, p.Removed, p.Name,
			})
		}
		if after = page.Next; after == "" {
			break
		}
	}
	merges, err := from.Merges(ctx, "")
	for _, m := range merges {
		a.Records = append(
			a.Records,
			&mergeRecord{m.At, newContactRecord(m.Other), newContactRecord(m.Before), newContactRecord(m.After)},
		)
	}
	if err != nil {
		return 0, err
	}
	intervals, err := from.TagIntervals(ctx)
	for _, i := range intervals {
		a.Records = append(a.Records, &i)
	}
	return count, err
}

// An imported is one book of a file.
type imported struct {
	account   *accountRecord // whose first book it is; nil otherwise
	book      *bookRecord    // nil for a first book about which there is nothing to say
	contacts  []*assistant.Contact
	notes     []*assistant.Note
	past      []assistant.Past
	merges    []assistant.Merge
	intervals assistant.Intervals
}

// Import writes what a file of [Export] holds into a store, as [CopyAll] does. A file with a bad record is refused
// whole.
func Import(ctx context.Context, to Library, file string, options Options) (Report, error) {
	ctx = assistant.WithVia(ctx, assistant.ViaImport)
	if err := errors.Join(checkName(file), register()); err != nil {
		return Report{}, err
	}
	var a archive
	if err := serializer.Load(file, &a); err != nil {
		return Report{}, err
	}
	if a.Format != format && a.Format != oldFormat {
		return Report{}, &assistant.FieldError{
			Field:   "file",
			Value:   file,
			Problem: "not written by db export",
			Hint:    "contact import reads vCards",
		}
	}
	books := []*imported{{}}
	for i, record := range a.Records {
		switch record := record.(type) {
		case *accountRecord:
			books = append(books, &imported{account: record})
		case *bookRecord:
			books = append(books, &imported{book: record})
		}
		if err := books[len(books)-1].take(record); err != nil {
			return Report{}, fmt.Errorf("%s: record %d: %w", file, i+1, err)
		}
	}
	return writeBooks(ctx, to, books, options)
}

// take adds a record to the book.
func (b *imported) take(record any) (err error) {
	switch record := record.(type) {
	case *contactRecord:
		c := record.contact()
		b.contacts, err = append(b.contacts, c), checkContact(c)
	case *assistant.Note:
		b.notes, err = append(b.notes, record), checkNote(record)
	case *pastRecord:
		p := assistant.Past{
			Kind: record.Kind, ID: record.ID, Contact: record.Contact.contact(), Note: record.Note,
			Removed: record.Removed, Name: record.Name,
			Change: assistant.Change{
				Version: record.Version, At: record.At, By: record.By, Via: record.Via,
				Label: record.Label,
			},
		}
		err = check(p.ID, p.Version, string(p.Kind), p.By, string(p.Via), p.Name, record.Label)
		if p.Contact != nil {
			err = errors.Join(err, checkContact(p.Contact))
		}
		if p.Note != nil {
			err = errors.Join(err, checkNote(p.Note))
		}
		if p.Kind != assistant.KindContact && p.Kind != assistant.KindNote {
			err = fmt.Errorf("the past of %q", p.Kind)
		}
		b.past = append(b.past, p)
	case *mergeRecord:
		m := assistant.Merge{
			At: record.At, Other: record.Other.contact(), Before: record.Before.contact(), After: record.After.contact(),
		}
		for _, c := range []*assistant.Contact{m.Other, m.Before, m.After} {
			if c == nil {
				return fmt.Errorf("half a merge")
			}
			err = errors.Join(err, checkContact(c))
		}
		b.merges = append(b.merges, m)
	case *accountRecord:
		err = checkAccount(record)
	case *assistant.TagInterval:
		b.intervals, err = append(b.intervals, *record), record.Check()
	case *bookRecord:
		err = record.check()
	default:
		err = fmt.Errorf("neither a contact nor a note")
	}
	return err
}

// putAccount returns the account of the book, which is added if it is not there.
func (b *imported) putAccount(ctx context.Context, to Library) (assistant.Account, error) {
	account := assistant.Account{Name: b.account.Name, Password: b.account.Password, Created: b.account.Created}
	var passwords []assistant.AppPassword
	for _, p := range b.account.AppPasswords {
		passwords = append(passwords, assistant.AppPassword{Label: p.Label, Hash: p.Hash, Created: p.Created, Used: p.Used})
	}
	var records []assistant.Record
	for _, r := range b.account.Kept {
		records = append(records, assistant.Record{Kind: r.Kind, Name: r.Name, Value: r.Value})
	}
	return putAccount(ctx, to, account, passwords, records)
}

func (b *imported) write(ctx context.Context, to assistant.Store, options Options) (Report, error) {
	report, diverged, err := write(ctx, to, nil, sequence(b.contacts), sequence(b.notes), options)
	for part := range slices.Chunk(b.past, batchSize) {
		if err == nil {
			err = restorePast(ctx, to, part, diverged)
		}
	}
	if err == nil && len(b.merges) > 0 {
		err = to.RestoreMerges(ctx, b.merges...)
	}
	if err == nil {
		err = copyIntervals(ctx, to, b.intervals)
	}
	if err != nil || b.account == nil && b.book == nil && len(b.contacts)+len(b.notes) == 0 {
		return report, err
	}
	slices.SortFunc(b.contacts, listing.CompareContacts)
	slices.SortFunc(b.notes, listing.CompareNotes)
	err = report.compare(ctx, to, sequence(b.contacts), sequence(b.notes))
	return report, err
}

// checkName refuses a file whose name is that of another format.
func checkName(file string) error {
	if extension := strings.ToLower(filepath.Ext(file)); extension != ".json" && extension != ".cbor" {
		return &assistant.FieldError{
			Field:   "file",
			Value:   file,
			Problem: "neither JSON nor CBOR by its name",
			Hint:    "name it FILE.json or FILE.cbor",
		}
	}
	return nil
}

func sequence[T any](list []*T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}
