package webhook

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/pythonweb/goweb/assistant"
)

// The marks of a book: which version of a contact or note was sent last, and which reminders were.
const (
	toldMark     = "webhook"
	remindedMark = "webhook reminded"
)

// slack is how much later than its timestamp a change may become visible: clocks differ, and a transaction takes time.
const slack = time.Hour

// pageSize is how many contacts or notes are looked at in one go, and pageBytes how many bytes of them.
const (
	pageSize  = 100
	pageBytes = 4 << 20
)

// A scan looks for what has not been sent to a book's webhooks.
type scan struct {
	library assistant.Library
	book    *assistant.Book
	account int64
	hooks   []Hook
	name    string    // of the book; "" for the first one of the account
	number  int64     // of the book
	since   time.Time // earlier changes have been sent
	now     time.Time
}

// firstCursor is the name of the record of how far the first book of an account has been scanned.
const firstCursor = "all"

// cursor returns the name of that record for the book.
func (s *scan) cursor() string {
	if s.name == "" {
		return firstCursor
	}
	return strconv.FormatInt(s.number, 10)
}

// begin determines from when on there is something to send. A book that was never looked at begins where the first one
// has got to: what was in it before webhooks covered further books is not news.
func (s *scan) begin(cursors []assistant.Record) {
	s.since = s.hooks[0].Created
	at := func(name string) string {
		for _, c := range cursors {
			if c.Name == name {
				return string(c.Value)
			}
		}
		return ""
	}
	told, err := time.Parse(time.RFC3339, cmp.Or(at(s.cursor()), at(firstCursor)))
	if err == nil && told.Add(-slack).After(s.since) {
		s.since = told.Add(-slack)
	}
}

// changes finds the changes since the last time and queues them. It may be interrupted anywhere: what was queued
// already is found again under the same names, and the mark of how far it got is set last.
func (s *scan) changes(ctx context.Context) error {
	if err := s.contacts(ctx); err != nil {
		return err
	}
	if err := s.notes(ctx); err != nil {
		return err
	}
	for _, kind := range []assistant.Kind{assistant.KindContact, assistant.KindNote} {
		if err := s.trash(ctx, kind); err != nil {
			return err
		}
	}
	return s.library.SaveRecords(ctx, assistant.Record{
		Account: s.account, Kind: cursorRecord, Name: s.cursor(), Value: []byte(s.now.Format(time.RFC3339)),
	})
}

func (s *scan) contacts(ctx context.Context) error {
	q := assistant.ContactQuery{Sort: assistant.SortUpdated, Limit: pageSize, Bytes: pageBytes}
	for {
		page, err := s.book.Store.ListContacts(ctx, q)
		if err != nil {
			return err
		}
		var list []subject
		for _, c := range page.Contacts {
			if c.Updated.Before(s.since) {
				return s.tell(ctx, assistant.KindContact, list)
			}
			list = append(list, subject{id: c.ID, name: c.Name, version: c.Version})
		}
		if err := s.tell(ctx, assistant.KindContact, list); err != nil || page.Next == "" {
			return err
		}
		q.After = page.Next
	}
}

// notes looks at the pinned notes, which come first whenever they were changed, and at the most recently changed ones.
func (s *scan) notes(ctx context.Context) error {
	q := assistant.NoteQuery{Limit: pageSize, Bytes: pageBytes}
	for {
		page, err := s.book.Store.ListNotes(ctx, q)
		if err != nil {
			return err
		}
		var list []subject
		old := false
		for _, n := range page.Notes {
			if n.Updated.Before(s.since) {
				old = old || !n.Pinned
				continue
			}
			list = append(list, subject{id: n.ID, name: n.Heading(), version: n.Version})
		}
		if err := s.tell(ctx, assistant.KindNote, list); err != nil || page.Next == "" || old {
			return err
		}
		q.After = page.Next
	}
}

func (s *scan) trash(ctx context.Context, kind assistant.Kind) error {
	removed, err := s.book.Store.Trash(ctx, kind)
	if err != nil {
		return err
	}
	var list []subject
	for _, t := range removed {
		if t.At.Before(s.since) {
			break
		}
		list = append(list, subject{id: t.ID, name: t.Name, version: t.Version, removal: &t})
	}
	for part := range slices.Chunk(list, pageSize) {
		if err := s.tell(ctx, kind, part); err != nil {
			return err
		}
	}
	return nil
}

// A subject is what has changed.
type subject struct {
	id, name string
	version  int64
	removal  *assistant.Trashed // nil for what exists
}

// step is the position of a version, or of the removal after it, among all changes of a subject.
func step(version int64, removal bool) int64 {
	if removal {
		return 2*version + 1
	}
	return 2 * version
}

// tell queues those changes of subjects that were not sent before.
func (s *scan) tell(ctx context.Context, kind assistant.Kind, list []subject) error {
	if len(list) == 0 {
		return nil
	}
	names := make([]string, len(list))
	for i, each := range list {
		names[i] = string(kind) + " " + each.id
	}
	marks, err := s.book.Store.Marks(ctx, toldMark, names...)
	if err != nil {
		return err
	}
	var events []Event
	told := make(map[string]string)
	for i, each := range list {
		last, _ := strconv.ParseInt(marks[names[i]], 10, 64) // no mark is 0, which is before everything
		now := step(each.version, each.removal != nil)
		if last >= now {
			continue
		}
		found, err := s.changesOf(ctx, kind, each, last)
		if err != nil {
			return err
		}
		events = append(events, found...)
		told[names[i]] = strconv.FormatInt(now, 10)
	}
	if err := s.queue(ctx, events); err != nil || len(told) == 0 {
		return err
	}
	return s.book.Store.SetMarks(ctx, toldMark, told)
}

// changesOf returns the events of a subject after a step, oldest first.
func (s *scan) changesOf(ctx context.Context, kind assistant.Kind, of subject, last int64) ([]Event, error) {
	history, err := s.book.Store.History(ctx, kind, of.id)
	if _, missing := err.(*assistant.NotFoundError); err != nil && !missing {
		return nil, err
	}
	var events []Event
	for _, c := range slices.Backward(history) {
		if step(c.Version, false) > last && c.Version <= of.version && !c.At.Before(s.since) {
			events = append(events, changed(kind, of.id, of.name, c))
		}
	}
	if of.removal == nil {
		return events, nil
	}
	if kind == assistant.KindContact {
		c, err := s.book.Store.ContactVersion(ctx, of.id, of.version)
		if err == nil && c.Group {
			return nil, nil // it is not a contact
		}
	}
	return append(events, removed(*of.removal)), nil
}

// queue queues events for every webhook that existed when they happened.
func (s *scan) queue(ctx context.Context, events []Event) error {
	var records []assistant.Record
	for _, e := range events {
		if s.name != "" {
			e.Data.Book = s.name
			e.ID = fmt.Sprintf("%s_%d", e.ID, s.number) // another book may contain the id, too
		}
		value, err := json.Marshal(pending{Event: e})
		if err != nil {
			return err
		}
		for _, h := range s.hooks {
			if e.At.Before(h.Created) {
				continue
			}
			records = append(records, assistant.Record{
				Account: s.account, Kind: eventRecord, Name: fmt.Sprintf("%s %013d %s", h.ID, e.At.UnixMilli(), e.ID), Value: value,
			})
		}
	}
	if len(records) == 0 {
		return nil
	}
	return s.library.SaveRecords(ctx, records...)
}

// reminders queues what is due and was not sent yet.
func (s *scan) reminders(ctx context.Context) error {
	agenda, err := s.book.Agenda(ctx, s.book.Today(), 1)
	if err != nil {
		return err
	}
	told, err := s.book.Untold(ctx, remindedMark, agenda)
	if err != nil || len(told) == 0 {
		return err
	}
	if err := s.queue(ctx, reminders(agenda, s.now)); err != nil {
		return err
	}
	return s.book.Store.SetMarks(ctx, remindedMark, told)
}
