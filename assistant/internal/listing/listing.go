// Package listing says how lists of contacts and notes are sorted and read page by page, the same for every store.
package listing

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// An Order is the names of the fields by which a list is sorted, all ascending and together unique.
type Order []string

// Contacts returns the order of contacts.
func Contacts(sort assistant.Sort) (Order, error) {
	switch sort {
	case assistant.SortName, "":
		return Order{"name_key", "id"}, nil
	case assistant.SortBirthday:
		return Order{"month_day", "name_key", "id"}, nil
	case assistant.SortUpdated:
		return Order{"recency", "id"}, nil
	}
	return nil, &assistant.FieldError{
		Field:   "sort",
		Value:   string(sort),
		Problem: "contacts cannot be ordered by that",
		Hint:    "name, birthday or updated",
	}
}

// Notes returns the order of notes.
func Notes(sort assistant.Sort) (Order, error) {
	switch sort {
	case assistant.SortDate, "":
		return Order{"unpinned", "recency", "id"}, nil
	case assistant.SortTitle:
		return Order{"unpinned", "heading_key", "id"}, nil
	case assistant.SortTag:
		return Order{"unpinned", "tag_key", "recency", "id"}, nil
	case assistant.SortDue:
		return Order{"due_day", "unpinned", "recency", "id"}, nil
	}
	return nil, &assistant.FieldError{
		Field:   "sort",
		Value:   string(sort),
		Problem: "notes cannot be ordered by that",
		Hint:    "tag, date, title or due",
	}
}

// CompareContacts compares in the order of [assistant.SortName].
func CompareContacts(a, b *assistant.Contact) int {
	return cmp.Or(cmp.Compare(search.OrderKey(a.Name), search.OrderKey(b.Name)), cmp.Compare(a.ID, b.ID))
}

// CompareNotes compares in the order of [assistant.SortDate].
func CompareNotes(a, b *assistant.Note) int {
	return cmp.Or(
		cmp.Compare(unpinned(a), unpinned(b)),
		cmp.Compare(Recency(a.Updated), Recency(b.Updated)),
		cmp.Compare(a.ID, b.ID),
	)
}

func unpinned(n *assistant.Note) int64 {
	if n.Pinned {
		return 0
	}
	return 1
}

// Keys holds the values of the fields by which one contact or note is sorted. Stores keep them; a contact has no use
// for those of notes.
type Keys struct {
	ID       string
	Name     string // of a contact
	MonthDay int64  // of a contact
	Heading  string // of a note
	Tag      string // of a note
	Unpinned int64  // of a note
	Due      int64  // of a note
	Recency  int64
}

// Value returns a key by the name of its field.
func (k Keys) Value(field string) any {
	switch field {
	case "id":
		return k.ID
	case "name_key":
		return k.Name
	case "month_day":
		return k.MonthDay
	case "heading_key":
		return k.Heading
	case "tag_key":
		return k.Tag
	case "unpinned":
		return k.Unpinned
	case "due_day":
		return k.Due
	case "recency":
		return k.Recency
	}
	panic("no such field: " + field)
}

// ContactKeys returns the keys of a contact.
func ContactKeys(c *assistant.Contact) Keys {
	return Keys{ID: c.ID, Name: search.OrderKey(c.Name), MonthDay: MonthDay(c.Birthday), Recency: Recency(c.Updated)}
}

// NoteKeys returns the keys of a note.
func NoteKeys(n *assistant.Note) Keys {
	keys := Keys{
		ID: n.ID, Unpinned: unpinned(n), Heading: search.OrderKey(n.Heading()),
		Tag: withoutTag, Due: Day(n.Due), Recency: Recency(n.Updated),
	}
	if len(n.Tags) > 0 {
		keys.Tag = search.OrderKey(n.Tags[0])
	}
	return keys
}

const (
	withoutTag      = "\x7f"   // after the key of every tag
	withoutBirthday = 9999     // after every day of the year
	withoutDay      = 99999999 // after every day
)

// Day returns a number that is lower the earlier d is: yyyymmdd, and 99999999 for the zero Date.
func Day(d assistant.Date) int64 {
	if d.IsZero() {
		return withoutDay
	}
	return int64(d.Year)*10000 + int64(d.MonthDay())
}

// MonthDay returns [assistant.Date.MonthDay], and 9999 for the zero Date.
func MonthDay(d assistant.Date) int64 {
	if d.IsZero() {
		return withoutBirthday
	}
	return int64(d.MonthDay())
}

// Recency returns a number that is lower the later t is: its milliseconds, negative.
func Recency(t time.Time) int64 { return -t.UnixMilli() }

// Cursor returns the place that an element with these keys has in a list of that order.
func (o Order) Cursor(keys Keys) string {
	values := make([]any, len(o))
	for i, name := range o {
		values[i] = keys.Value(name)
	}
	text, err := json.Marshal(values)
	if err != nil {
		panic(err) // there are only texts and numbers
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// Place returns the values of the order's fields at a cursor.
func (o Order) Place(cursor string) ([]any, error) {
	wrong := &assistant.FieldError{Field: "page", Value: cursor, Problem: "not a position in this list"}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, wrong
	}
	var values []any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&values); err != nil || len(values) != len(o) {
		return nil, wrong
	}
	for i, value := range values {
		number, isNumber := value.(json.Number)
		if isNumber {
			if values[i], err = number.Int64(); err != nil {
				return nil, wrong
			}
		}
		if _, isText := value.(string); !isText && !isNumber {
			return nil, wrong
		}
		if isNumber != numeric(o[i]) {
			return nil, wrong
		}
	}
	return values, nil
}

func numeric(field string) bool {
	return field == "month_day" || field == "recency" || field == "unpinned" || field == "due_day"
}

// ContactBytes returns the size of the parts of a contact that may be large: its photo, its source and its note.
func ContactBytes(c *assistant.Contact) int {
	n := len(c.Source) + len(c.Note)
	if c.Photo != nil {
		n += len(c.Photo.Data)
	}
	return n
}

// NoteBytes returns the size of the part of a note that may be large: its text.
func NoteBytes(n *assistant.Note) int { return len(n.Text) }

// Fitting returns how many of the first elements, which have the given sizes, fit into so many bytes: at least one, if
// there is one.
func Fitting(sizes []int, bytes int) int {
	for i, size := range sizes {
		if bytes -= size; bytes < 0 && i > 0 {
			return i
		}
	}
	return len(sizes)
}

// Cut takes off the element that was read beyond the limit of a page, if there is one, and returns the cursor of the
// last one left; "" when there is no next page. limit 0 means no limit.
func Cut[T any](o Order, list []*T, limit int, keys func(*T) Keys) ([]*T, string) {
	if limit <= 0 || len(list) <= limit {
		return list, ""
	}
	return list[:limit], o.Cursor(keys(list[limit-1]))
}

// SortTags sorts tags.
func SortTags(counts []assistant.TagCount) {
	slices.SortFunc(counts, func(a, b assistant.TagCount) int {
		return cmp.Compare(search.OrderKey(a.Tag), search.OrderKey(b.Tag))
	})
}

// Named returns the keys under which contacts with the given names are looked up, and a function that keeps, of the
// contacts found, those with one of these names, each once, ordered by name.
func Named(names []string) (wanted func([]*assistant.Contact) []*assistant.Contact, keys []string) {
	folded := make(map[string]bool)
	for _, name := range names {
		if f := search.Fold(name); f != "" && !folded[f] {
			folded[f] = true
			keys = append(keys, search.LookupKey(name))
		}
	}
	return func(list []*assistant.Contact) []*assistant.Contact {
		seen := make(map[string]bool)
		list = slices.DeleteFunc(list, func(c *assistant.Contact) bool {
			again := seen[c.ID]
			seen[c.ID] = true
			return again || c.Group || !folded[search.Fold(c.Name)] && !folded[search.Fold(c.Nickname)]
		})
		slices.SortFunc(list, CompareContacts)
		return list
	}, slices.Compact(slices.Sorted(slices.Values(keys)))
}
