// Package webhook notifies other programs of changes and reminders: it sends a signed POST to the addresses that an
// account has named, in the form of Standard Webhooks (https://www.standardwebhooks.com).
//
// Nothing is lost in a restart, and it does not matter which program made a change: what to send is found in the
// history of the store and kept in the store until the address has accepted it. An address gets every event at least
// once; an event has the same id whenever it is sent.
package webhook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pythonweb/goweb/assistant"
)

// The kinds of records that an account keeps for its webhooks.
const (
	hookRecord   = "webhook"        // a Hook, by its ID
	stateRecord  = "webhook state"  // the state of a Hook, by its ID
	eventRecord  = "webhook event"  // what it has not accepted yet, by its ID and the time
	cursorRecord = "webhook cursor" // up to when everything was found, in RFC 3339; it is included in a copy of the store
	secretBytes  = 24               // Standard Webhooks requires 24 to 64
	secretMark   = "whsec_"         // the prefix of a secret
	maxHooks     = 10               // per account
	maxURL       = 2048             // bytes
)

// A Hook is an address that is notified of changes and reminders.
type Hook struct {
	ID      string    `json:"id"`
	URL     string    `json:"url"`
	Secret  string    `json:"secret"`  // "whsec_" and the key in base64
	Created time.Time `json:"created"` // it is notified of what came later
}

// A State says whether deliveries to an address succeed.
type State struct {
	Failures int       `json:"failures,omitempty"` // in a row; 0 if it accepted the last event
	Next     time.Time `json:"next,omitzero"`      // no attempt is made before
	Wrong    string    `json:"wrong,omitempty"`    // at the last attempt; "" if there was an answer
	Status   int       `json:"status,omitempty"`   // of that answer
}

// Hooks returns the webhooks of an account, oldest first.
func Hooks(ctx context.Context, library assistant.AccountStore, account int64) ([]Hook, error) {
	return read[Hook](ctx, library, account, hookRecord)
}

// read decodes the records of a kind.
func read[T any](ctx context.Context, library assistant.AccountStore, account int64, kind string) ([]T, error) {
	records, err := library.Records(ctx, account, kind)
	if err != nil {
		return nil, err
	}
	list := make([]T, len(records))
	for i, r := range records {
		if err := json.Unmarshal(r.Value, &list[i]); err != nil {
			return nil, fmt.Errorf("read %s %s: %w", kind, r.Name, err)
		}
	}
	return list, nil
}

// States returns the states of an account's webhooks, by their IDs.
func States(ctx context.Context, library assistant.AccountStore, account int64) (map[string]State, error) {
	records, err := library.Records(ctx, account, stateRecord)
	if err != nil {
		return nil, err
	}
	states := make(map[string]State, len(records))
	for _, r := range records {
		var s State
		if err := json.Unmarshal(r.Value, &s); err != nil {
			return nil, fmt.Errorf("read %s %s: %w", stateRecord, r.Name, err)
		}
		states[r.Name] = s
	}
	return states, nil
}

// Add saves a new webhook for an address. Error: [assistant.FieldError].
func Add(
	ctx context.Context, library assistant.AccountStore, account int64, address string, now time.Time,
) (*Hook, error) {
	address = strings.TrimSpace(address)
	wrong := func(problem, hint string) (*Hook, error) {
		return nil, &assistant.FieldError{Field: "url", Value: address, Problem: problem, Hint: hint}
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || parsed.Hostname() == "" ||
		parsed.User != nil || len(address) > maxURL {
		return wrong("not the address of a webhook", "write it as https://example.com/hook")
	}
	hooks, err := Hooks(ctx, library, account)
	if err != nil {
		return nil, err
	}
	if len(hooks) >= maxHooks {
		return wrong("there are already ten webhooks", "remove one first")
	}
	key := make([]byte, secretBytes)
	_, _ = rand.Read(key) // never fails
	now = now.UTC().Truncate(time.Millisecond)
	hook := &Hook{
		ID:  fmt.Sprintf("%013d%s", now.UnixMilli(), strings.ToLower(rand.Text()[:8])),
		URL: address, Secret: secretMark + base64.StdEncoding.EncodeToString(key), Created: now,
	}
	return hook, save(ctx, library, account, hookRecord, hook.ID, hook)
}

func save(ctx context.Context, library assistant.AccountStore, account int64, kind, name string, v any) error {
	value, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return library.SaveRecords(ctx, assistant.Record{Account: account, Kind: kind, Name: name, Value: value})
}

// Remove removes a webhook, together with the events that it has not accepted yet. Error: [assistant.NotFoundError].
func Remove(ctx context.Context, library assistant.AccountStore, account int64, id string) error {
	hooks, err := Hooks(ctx, library, account)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if h.ID != id {
			continue
		}
		if err := library.RemoveRecord(ctx, account, hookRecord, id); err != nil {
			return err
		}
		if err := library.RemoveRecord(ctx, account, stateRecord, id); err != nil {
			return err
		}
		return removeEvents(ctx, library, account, id)
	}
	return &assistant.NotFoundError{Kind: assistant.KindWebhook, Ref: id}
}

// removeEvents removes the events queued for a webhook.
func removeEvents(ctx context.Context, library assistant.AccountStore, account int64, id string) error {
	records, err := library.Records(ctx, account, eventRecord)
	if err != nil {
		return err
	}
	for _, r := range records {
		if !strings.HasPrefix(r.Name, id+" ") {
			continue
		}
		if err := library.RemoveRecord(ctx, account, eventRecord, r.Name); err != nil {
			return err
		}
	}
	return nil
}
