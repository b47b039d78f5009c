// Package listing says how lists of contacts and notes are sorted and read page by page: for every store the same.
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
	return nil, &assistant.FieldError{Field: "sort", Value: string(sort), Problem: "no order of contacts", Hint: "name, birthday or updated"}
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
	}
	return nil, &assistant.FieldError{Field: "sort", Value: string(sort), Problem: "no order of notes", Hint: "tag, date or title"}
}

// CompareContacts compares as [assistant.SortName] does.
func CompareContacts(a, b *assistant.Contact) int {
	return cmp.Or(cmp.Compare(search.OrderKey(a.Name), search.OrderKey(b.Name)), cmp.Compare(a.ID, b.ID))
}

// CompareNotes compares as [assistant.SortDate] does.
func CompareNotes(a, b *assistant.Note) int {
	return cmp.Or(cmp.Compare(unpinned(a), unpinned(b)), cmp.Compare(Recency(a.Updated), Recency(b.Updated)), cmp.Compare(a.ID, b.ID))
}

func unpinned(n *assistant.Note) int64 {
	if n.Pinned {
		return 0
	}
	return 1
}

// Keys holds the values of the fields by which one contact or note is sorted. Stores keep them.
type Keys map[string]any

// ContactKeys returns the keys of a contact.
func ContactKeys(c *assistant.Contact) Keys {
	return Keys{"id": c.ID, "name_key": search.OrderKey(c.Name), "month_day": MonthDay(c.Birthday), "recency": Recency(c.Updated)}
}

// NoteKeys returns the keys of a note.
func NoteKeys(n *assistant.Note) Keys {
	keys := Keys{
		"id": n.ID, "unpinned": unpinned(n), "heading_key": search.OrderKey(n.Heading()),
		"tag_key": withoutTag, "recency": Recency(n.Updated),
	}
	if len(n.Tags) > 0 {
		keys["tag_key"] = search.OrderKey(n.Tags[0])
	}
	return keys
}

const (
	withoutTag      = "\x7f" // after the key of every tag
	withoutBirthday = 9999   // after every day of the year
)

// MonthDay returns [assistant.Date.MonthDay], and 9999 for the zero Date.
func MonthDay(d assistant.Date) int64 {
	if d.IsZero() {
		return withoutBirthday
	}
	return int64(d.MonthDay())
}

// Recency returns a number that is lower the later t is: its milliseconds, negative.
func Recency(t time.Time) int64 { return -t.UnixMilli() }

// Cursor returns the place of what has these keys in a list of that order.
func (o Order) Cursor(keys Keys) string {
	values := make([]any, len(o))
	for i, name := range o {
		values[i] = keys[name]
	}
	text, err := json.Marshal(values)
	if err != nil {
		panic(err) // there are texts and numbers only
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// Place returns the values of the order's fields at a cursor.
func (o Order) Place(cursor string) ([]any, error) {
	wrong := &assistant.FieldError{Field: "page", Value: cursor, Problem: "no place in this list"}
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
	return field == "month_day" || field == "recency" || field == "unpinned"
}

// ContactBytes returns how much of a contact may be large: the bytes of its photo, its source and its note.
func ContactBytes(c *assistant.Contact) int {
	n := len(c.Source) + len(c.Note)
	if c.Photo != nil {
		n += len(c.Photo.Data)
	}
	return n
}

// NoteBytes returns how much of a note may be large: the bytes of its text.
func NoteBytes(n *assistant.Note) int { return len(n.Text) }

// Fitting returns how many of the first elements, whose sizes these are, have no more bytes together than they may: at
// least one, if there is one.
func Fitting(sizes []int, bytes int) int {
	for i, size := range sizes {
		if bytes -= size; bytes < 0 && i > 0 {
			return i
		}
	}
	return len(sizes)
}

// Cut takes off the element that was read beyond the limit of a page, if there is one, and returns the cursor of the
// last that stays; "" when there is no next page. limit 0 is no limit.
func Cut[T any](o Order, list []*T, limit int, keys func(*T) Keys) ([]*T, string) {
	if limit <= 0 || len(list) <= limit {
		return list, ""
	}
	return list[:limit], o.Cursor(keys(list[limit-1]))
}

// SortTags brings tags into their order.
func SortTags(counts []assistant.TagCount) {
	slices.SortFunc(counts, func(a, b assistant.TagCount) int {
		return cmp.Compare(search.OrderKey(a.Tag), search.OrderKey(b.Tag))
	})
}
