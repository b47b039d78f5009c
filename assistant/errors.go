package assistant

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrNotFound says that nothing has the id or the name that was asked for.
	ErrNotFound = errors.New("not found")

	// ErrExists says that the id or the name of what is to be added is taken already.
	ErrExists = errors.New("already exists")
)

// Kind says what an error or a result is about.
type Kind string

// The kinds of things in an address book.
const (
	KindContact Kind = "contact"
	KindNote    Kind = "note"

	KindAccount     Kind = "user"
	KindAppPassword Kind = "app password"
	KindSession     Kind = "session"
	KindVersion     Kind = "version"
	KindMerge       Kind = "merge of"
	KindWebhook     Kind = "webhook"
	KindImport      Kind = "import"
	KindBook        Kind = "book"
	KindShare       Kind = "share"
)

// A NotFoundError names what was looked for. It wraps [ErrNotFound].
type NotFoundError struct {
	Kind Kind
	Ref  string // the id, name or title that was asked for

	// Candidates are those that the words may mean, where only the whole name is accepted.
	Candidates []Candidate
}

func (e *NotFoundError) Error() string { return fmt.Sprintf("no %s %q", e.Kind, e.Ref) }

// Unwrap returns [ErrNotFound].
func (e *NotFoundError) Unwrap() error { return ErrNotFound }

// A ConflictError says that a change was made on a version that is no longer the stored one.
type ConflictError struct {
	Kind Kind
	ID   string
	Want int64 // the version that the change was made on
	Have int64 // the stored version; 0 when it has been deleted
}

func (e *ConflictError) Error() string {
	if e.Have == 0 {
		return fmt.Sprintf("%s %s was removed since version %d", e.Kind, e.ID, e.Want)
	}
	return fmt.Sprintf("%s %s has version %d, and the change was made on version %d", e.Kind, e.ID, e.Have, e.Want)
}

// A Candidate is one of several contacts or notes that a name may mean.
type Candidate struct {
	ID   string `json:"id"`
	Name string `json:"name"` // a note's title

	Detail string `json:"detail,omitempty"` // what distinguishes it from others with the name: a number, an address, a day
}

// An AmbiguousError says that a name means several contacts or notes, and lists them in their usual order.
type AmbiguousError struct {
	Kind       Kind
	Ref        string
	Candidates []Candidate
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%q means %d %ss", e.Ref, len(e.Candidates), e.Kind)
}

// A MergeConflict says that an imported card and a user have both changed one value of a contact. The user's is kept.
type MergeConflict struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	ID      string `json:"id"`
	Contact string `json:"contact"`
	Field   string `json:"field"`
	Here    string `json:"here"`
	There   string `json:"there"`
}

func (e *MergeConflict) Error() string {
	return fmt.Sprintf(
		"%s:%d: %s: %s is %q here and was kept, %q there",
		e.File,
		e.Line,
		e.Contact,
		e.Field,
		e.Here,
		e.There,
	)
}

// A RepeatedUID says that two cards of a file have the same UID. One contact holds what both say.
type RepeatedUID struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	First int    `json:"first"` // the line of the other card
}

func (e *RepeatedUID) Error() string {
	return fmt.Sprintf(
		"%s:%d: the card has the UID of the one at line %d, and both are in one contact",
		e.File,
		e.Line,
		e.First,
	)
}

// Error says which value was kept as text.
func (v *TextValue) Error() string {
	return fmt.Sprintf("%s:%d: %s %q is kept as text", v.File, v.Line, v.Name, v.Value)
}

// A FieldError says which field holds which bad value, what is wrong with it and how to fix it.
type FieldError struct {
	Field   string // "name", "phone", "email", "birthday", ...
	Value   string // as it was typed
	Problem string
	Hint    string

	// Code names a problem whose sentence contains a value; "" if the sentence itself identifies the problem, see
	// [FieldError.ProblemCode].
	Code string
}

func (e *FieldError) Error() string {
	var b strings.Builder
	b.WriteString(e.Field)
	if e.Value != "" {
		fmt.Fprintf(&b, " %q", e.Value)
	}
	b.WriteString(": " + e.Problem)
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}
