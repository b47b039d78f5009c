package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/backend"
)

// The limits of what a broken Redis adds to the first call, and of how long a change takes to be seen everywhere.
const (
	brokenLimit     = 60 * time.Millisecond
	invalidateLimit = 50 * time.Millisecond
)

func measureCache(ctx context.Context, args []string) (err error) {
	dsn, redis := args[0], args[1]
	store, err := openFilled(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	cached, err := openCached(ctx, dsn, redis)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cached.Close()) }()
	if err := compareReads(ctx, store, cached); err != nil {
		return err
	}
	if err := measureInvalidation(ctx, cached, dsn, redis); err != nil {
		return err
	}
	return measureBroken(ctx, dsn)
}

func openCached(ctx context.Context, dsn, redis string) (*backend.Cached, error) {
	store, err := backend.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return backend.WithCache(store, redis)
}

// compareReads interleaves reads from the store with the same reads from the cache, which has the answers.
func compareReads(ctx context.Context, store, cached assistant.Store) error {
	id, err := oneID(ctx, store)
	if err != nil {
		return err
	}
	for _, read := range []struct {
		name string
		ask  func(assistant.Store) error
	}{
		{"search with many hits", func(s assistant.Store) error {
			_, err := s.Search(ctx, assistant.SearchQuery{Words: "Олена", Limit: 50})
			return err
		}},
		{"search without a hit", func(s assistant.Store) error {
			_, err := s.Search(ctx, assistant.SearchQuery{Words: "user123456", Limit: 50})
			return err
		}},
		{"list of 50", func(s assistant.Store) error {
			_, err := s.ListContacts(ctx, assistant.ContactQuery{Limit: 50})
			return err
		}},
		{"one contact", func(s assistant.Store) error { _, err := s.Contacts(ctx, id); return err }},
	} {
		var direct, remembered times
		if err := read.ask(cached); err != nil { // now it is cached
			return err
		}
		for range 200 {
			err := errors.Join(
				direct.add(func() error { return read.ask(store) }),
				remembered.add(func() error { return read.ask(cached) }),
			)
			if err != nil {
				return err
			}
		}
		direct.show(read.name)
		remembered.show(read.name + ", from the cache")
		showRatio("without : with the cache", direct.over(remembered))
	}
	return nil
}

// oneID returns the id of the first contact.
func oneID(ctx context.Context, store assistant.Store) (string, error) {
	page, err := store.ListContacts(ctx, assistant.ContactQuery{Limit: 1})
	if err != nil {
		return "", err
	}
	return page.Contacts[0].ID, nil
}

// measureInvalidation changes a contact through one store and reads it through another one, which has its own
// connections and has cached the contact, until the change is seen there.
func measureInvalidation(ctx context.Context, here *backend.Cached, dsn, redis string) (err error) {
	there, err := openCached(ctx, dsn, redis)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, there.Close()) }()
	id, err := oneID(ctx, here)
	if err != nil {
		return err
	}
	var took times
	for range 300 {
		found, err := there.Contacts(ctx, id)
		if err == nil {
			err = here.SaveContacts(ctx, found[0])
		}
		if err != nil {
			return err
		}
		want := found[0].Version
		err = took.add(func() error {
			for {
				if found, err := there.Contacts(ctx, id); err != nil || found[0].Version == want {
					return err
				}
			}
		})
		if err != nil {
			return err
		}
	}
	took.showLimit("a change is seen elsewhere after", invalidateLimit)
	return nil
}

// measureBroken measures the first and the later calls of a store whose Redis hangs or does not exist, against those of
// a store without a cache.
func measureBroken(ctx context.Context, dsn string) error {
	// The kernel accepts the connection, but nobody reads from it: this is what a stopped Redis looks like.
	hung, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := dead.Close(); err != nil {
		return err
	}
	for _, redis := range []struct {
		name    string
		address net.Addr
	}{{"hung", hung.Addr()}, {"dead", dead.Addr()}} {
		var first, later, without times
		for range 50 {
			if err := firstCalls(ctx, dsn, fmt.Sprintf("redis://%s/0", redis.address), &first, &later, &without); err != nil {
				return err
			}
		}
		without.show("first call without a cache")
		first.showLimit("first call, "+redis.name+" Redis", brokenLimit)
		later.show("second call, " + redis.name + " Redis")
	}
	return hung.Close()
}

// firstCalls measures one new store with a cache and one without.
func firstCalls(ctx context.Context, dsn, redis string, first, later, without *times) (err error) {
	plain, err := backend.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, plain.Close()) }()
	cached, err := openCached(ctx, dsn, redis)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cached.Close()) }()
	list := func(s assistant.Store) func() error {
		return func() error { _, err := s.ListContacts(ctx, assistant.ContactQuery{Limit: 1}); return err }
	}
	return errors.Join(without.add(list(plain)), first.add(list(cached)), later.add(list(cached)))
}
