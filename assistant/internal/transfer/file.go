package transfer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
	"github.com/pythonweb/goweb/serializer"
)

// archive is what a file holds. Records are *contactRecord and *assistant.Note, which the file names "contact" and "note".
type archive struct {
	Format  string `json:"format"`
	Records []any  `json:"records"`
}

// format is what marks a file as an address book.
const format = "assistant 1"

// contactRecord is a contact with the source that its JSON form leaves out.
type contactRecord struct {
	assistant.Contact
	SourceBytes []byte `json:"source"`
}

// register names the types of records.
func register() error {
	if _, err := serializer.Register[*contactRecord]("contact"); err != nil {
		return err
	}
	_, err := serializer.Register[*assistant.Note]("note")
	return err
}

// Export writes everything to a file, .json or .cbor by its name, whole or not at all, and returns the number of
// contacts and notes.
func Export(ctx context.Context, from assistant.Store, file string, progress func(int)) (int, error) {
	if err := errors.Join(checkName(file), register()); err != nil {
		return 0, err
	}
	book := assistant.Book{Store: from}
	a := archive{Format: format, Records: []any{}}
	for c, err := range book.AllContacts(ctx, assistant.ContactQuery{}) {
		if err != nil {
			return 0, err
		}
		a.Records = append(a.Records, &contactRecord{*c, c.Source})
		progress(1)
	}
	for n, err := range book.AllNotes(ctx, assistant.NoteQuery{}) {
		if err != nil {
			return 0, err
		}
		a.Records = append(a.Records, n)
		progress(1)
	}
	return len(a.Records), serializer.Save(file, a)
}

// Import writes what a file of [Export] holds into a store, as [Copy] does. A file with a bad record is refused whole.
func Import(ctx context.Context, to assistant.Store, file string, options Options) (Report, error) {
	if err := errors.Join(checkName(file), register()); err != nil {
		return Report{}, err
	}
	var a archive
	if err := serializer.Load(file, &a); err != nil {
		return Report{}, err
	}
	if a.Format != format {
		return Report{}, &assistant.FieldError{Field: "file", Value: file, Problem: "not written by db export", Hint: "contact import reads vCards"}
	}
	var contacts []*assistant.Contact
	var notes []*assistant.Note
	for i, record := range a.Records {
		var err error
		switch record := record.(type) {
		case *contactRecord:
			c := record.Contact
			c.Source = record.SourceBytes
			contacts, err = append(contacts, &c), check(c.ID, c.Version, c.Name, c.Nickname, c.Organization, c.Note)
		case *assistant.Note:
			notes, err = append(notes, record), check(record.ID, record.Version, record.Heading(), record.Title, record.Text)
		default:
			err = fmt.Errorf("neither a contact nor a note")
		}
		if err != nil {
			return Report{}, fmt.Errorf("%s: record %d: %w", file, i+1, err)
		}
	}
	report, err := write(ctx, to, nil, sequence(contacts), sequence(notes), options)
	if err != nil {
		return report, err
	}
	slices.SortFunc(contacts, listing.CompareContacts)
	slices.SortFunc(notes, listing.CompareNotes)
	err = report.compare(ctx, to, sequence(contacts), sequence(notes))
	return report, err
}

// checkName refuses a file that is of another format by its name.
func checkName(file string) error {
	if extension := strings.ToLower(filepath.Ext(file)); extension != ".json" && extension != ".cbor" {
		return &assistant.FieldError{Field: "file", Value: file, Problem: "neither JSON nor CBOR by its name", Hint: "name it FILE.json or FILE.cbor"}
	}
	return nil
}

// check refuses what no store can hold.
func check(id string, version int64, name string, texts ...string) error {
	if parsed, err := uuid.Parse(id); err != nil || parsed.String() != id {
		return fmt.Errorf("id %q is no UUID", id)
	}
	if version < 1 {
		return fmt.Errorf("version %d is not positive", version)
	}
	if name == "" {
		return fmt.Errorf("no name")
	}
	for _, text := range append(texts, name) {
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			return fmt.Errorf("text %q that cannot be kept", text)
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
