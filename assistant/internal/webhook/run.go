package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/pythonweb/goweb/assistant"
)

// Options say what is sent, and where it may be sent.
type Options struct {
	Library assistant.Library
	Book    *assistant.Book  // what all address books have in common; its Store is not used
	Allow   []netip.Prefix   // private networks that webhooks may reach
	Every   time.Duration    // between two looks at the store; 0 means two seconds
	Now     func() time.Time // the clock; nil means [time.Now]
}

// A runner remembers what it has looked at, so that a look at an unchanged store costs next to nothing.
type runner struct {
	Options
	client  *http.Client
	scanned map[int64]scanned // by book
}

// scanned is the state of a book at the last look.
type scanned struct {
	revision string
	day      assistant.Date
	hooks    int
}

func newRunner(o Options) *runner {
	if o.Every == 0 {
		o.Every = 2 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &runner{Options: o, client: newClient(o.Allow), scanned: make(map[int64]scanned)}
}

// Run notifies webhooks of what happens until ctx ends. What fails is tried again at the next look.
func Run(ctx context.Context, o Options) {
	r := newRunner(o)
	defer r.client.CloseIdleConnections()
	ticker := time.NewTicker(r.Every)
	defer ticker.Stop()
	for {
		if err := r.look(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("webhooks", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// look finds what is new in all books and sends what is due.
func (r *runner) look(ctx context.Context) error {
	accounts, err := r.Library.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		hooks, err := Hooks(ctx, r.Library, account.ID)
		if err != nil {
			return err
		}
		if len(hooks) == 0 {
			continue
		}
		if err := r.find(ctx, account, hooks); err != nil {
			return err
		}
		if err := r.deliver(ctx, account.ID, hooks); err != nil {
			return err
		}
	}
	return nil
}

// find queues what is new in the account's own address books, if anything can be. Changes in books that others share
// with it are sent to their owners' webhooks.
func (r *runner) find(ctx context.Context, account assistant.Account, hooks []Hook) error {
	books, err := r.Library.Books(ctx, account.ID)
	if err != nil {
		return err
	}
	// Once for all books, before anything is sent about any of them: see [scan.begin].
	cursors := sync.OnceValues(func() ([]assistant.Record, error) {
		return r.Library.Records(ctx, account.ID, cursorRecord)
	})
	for _, b := range books {
		if b.Shared {
			continue
		}
		s := &scan{library: r.Library, account: account.ID, hooks: hooks, now: r.Now().UTC()}
		book := *r.Book
		book.Store = r.Library.Book(account)
		if b.ID != account.ID {
			book.Store = r.Library.OpenBook(b, account.Name)
			s.name, s.number = b.Name, b.ID
		}
		s.book = &book
		if err := r.findIn(ctx, s, b.ID, cursors); err != nil {
			return err
		}
	}
	return nil
}

// findIn queues what is new in one book, and calls cursors only if anything can be.
func (r *runner) findIn(
	ctx context.Context, s *scan, book int64, cursors func() ([]assistant.Record, error),
) error {
	revision, err := s.book.Store.Revision(ctx)
	if err != nil {
		return err
	}
	now := scanned{revision, s.book.Today(), len(s.hooks)}
	if revision != "" && r.scanned[book] == now {
		return nil
	}
	told, err := cursors()
	if err != nil {
		return err
	}
	s.begin(told)
	if err := s.changes(ctx); err != nil {
		return err
	}
	if err := s.reminders(ctx); err != nil {
		return err
	}
	r.scanned[book] = now
	return nil
}

// pending is a queued event.
type pending struct {
	Event    Event `json:"event"`
	Attempts int   `json:"attempts,omitempty"`
}

// How an address that does not accept an event is treated: the time between attempts is tripled from the first to the
// last, and after maxAttempts, more than three days, the event is dropped.
const (
	firstWait   = 5 * time.Second
	lastWait    = 12 * time.Hour
	maxAttempts = 16
	perLook     = 50          // events sent to one address in one look
	claimTime   = time.Minute // how long one of several servers has an event to itself
)

// wait returns the time to wait after this many failures in a row.
func wait(failures int) time.Duration {
	d := firstWait
	for range failures - 1 {
		if d *= 3; d >= lastWait {
			return lastWait
		}
	}
	return d
}

// deliver sends what is queued, to each address in the order of the events.
func (r *runner) deliver(ctx context.Context, account int64, hooks []Hook) error {
	records, err := r.Library.Records(ctx, account, eventRecord)
	if err != nil || len(records) == 0 {
		return err
	}
	states, err := States(ctx, r.Library, account)
	if err != nil {
		return err
	}
	byHook := make(map[string][]assistant.Record)
	for _, record := range records {
		id, _, _ := strings.Cut(record.Name, " ")
		byHook[id] = append(byHook[id], record)
	}
	for _, h := range hooks {
		line := byHook[h.ID]
		delete(byHook, h.ID)
		if states[h.ID].Next.After(r.Now()) {
			continue
		}
		if err := r.deliverTo(ctx, h, states[h.ID], line[:min(len(line), perLook)]); err != nil {
			return err
		}
	}
	for id := range byHook { // of webhooks that were removed
		if err := removeEvents(ctx, r.Library, account, id); err != nil {
			return err
		}
	}
	return nil
}

// deliverTo sends events to one address until it fails to accept one.
func (r *runner) deliverTo(ctx context.Context, h Hook, state State, line []assistant.Record) error {
	for began := time.Now(); len(line) > 0 && time.Since(began) < sendTimeout; line = line[1:] {
		record := line[0] // a slow address continues after the others had their turn
		var p pending
		if err := json.Unmarshal(record.Value, &p); err != nil {
			return err
		}
		claim := fmt.Sprintf("webhook:%s %d", record.Name, p.Attempts)
		if n, err := r.Library.CountFailure(ctx, claim, claimTime); err != nil || n > 1 {
			return err // another server of the store is sending it
		}
		sent := send(ctx, r.client, h, p.Event, r.Now())
		if ctx.Err() != nil {
			return ctx.Err() // it is sent again: nobody knows whether it arrived
		}
		if sent != nil {
			return r.failed(ctx, h, state, record, p, sent)
		}
		if err := r.Library.RemoveRecord(ctx, record.Account, eventRecord, record.Name); err != nil {
			return err
		}
		if state != (State{}) {
			state = State{}
			if err := save(ctx, r.Library, record.Account, stateRecord, h.ID, state); err != nil {
				return err
			}
		}
	}
	return r.Library.ClearFailures(ctx, "webhook:") // claims of yesterday
}

// failed records that an address has not accepted an event, and when to try again.
func (r *runner) failed(
	ctx context.Context, h Hook, state State, record assistant.Record, p pending, sent error,
) error {
	state.Failures++
	state.Next, state.Wrong, state.Status = r.Now().UTC().Add(wait(state.Failures)), sent.Error(), 0
	if status := statusError(0); errors.As(sent, &status) {
		state.Wrong, state.Status = "", int(status)
	}
	if p.Attempts++; p.Attempts >= maxAttempts {
		slog.Warn("webhook given up", "webhook", h.ID, "event", p.Event.Type)
		if err := r.Library.RemoveRecord(ctx, record.Account, eventRecord, record.Name); err != nil {
			return err
		}
	} else if err := save(ctx, r.Library, record.Account, eventRecord, record.Name, p); err != nil {
		return err
	}
	return save(ctx, r.Library, record.Account, stateRecord, h.ID, state)
}
