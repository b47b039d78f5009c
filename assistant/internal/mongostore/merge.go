package mongostore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
)

func (s *Store) putMerge(ctx context.Context, m assistant.Merge) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	key := s.contacts.key(m.Other.ID)
	d := merge{key, s.book, m.Other.ID, m.After.ID, m.At.UnixMilli(), string(text)}
	upsert := options.Replace().SetUpsert(true)
	_, err = s.db.Collection("merges").ReplaceOne(ctx, bson.D{{Key: "_id", Value: key}}, d, upsert)
	return err
}

// MergeContacts implements [assistant.MergeStore]. It records the merge first and removes the other contact last: even
// if a process dies in between, everything in both contacts is still there, and the merge can be repeated or undone.
func (s *Store) MergeContacts(ctx context.Context, m assistant.Merge) error {
	list := []*assistant.Contact{m.After}
	return s.membership().Write(ctx, list, func(ctx context.Context, beside []*assistant.Contact) error {
		if err := s.merge(ctx, m); err != nil || len(beside) == 0 {
			return err
		}
		return s.saveAlone(ctx, beside...)
	})
}

func (s *Store) merge(ctx context.Context, m assistant.Merge) error {
	return s.writeCards(ctx, "merge contacts", 2, func(ctx context.Context, c contacts) error {
		have, err := s.contacts.stored(ctx, m.Other.ID)
		if err != nil {
			return err
		}
		if have != m.Other.Version {
			return &assistant.ConflictError{Kind: assistant.KindContact, ID: m.Other.ID, Want: m.Other.Version, Have: have}
		}
		noted := m
		after := *m.After
		after.Version++
		noted.After = &after
		if err := s.putMerge(ctx, noted); err != nil {
			return err
		}
		if err := c.save(ctx, []*assistant.Contact{m.After}); err != nil {
			return err
		}
		return c.remove(ctx, m.Other.ID, m.Other.Version)
	})
}

// UnmergeContacts implements [assistant.MergeStore]. The contact that is restored is written first.
func (s *Store) UnmergeContacts(ctx context.Context, u assistant.Unmerge) error {
	list := []*assistant.Contact{u.Other}
	if u.Into != nil {
		list = append(list, u.Into)
	}
	return s.membership().Write(ctx, list, func(ctx context.Context, beside []*assistant.Contact) error {
		if err := s.unmerge(ctx, u, list); err != nil || len(beside) == 0 {
			return err
		}
		return s.saveAlone(ctx, beside...)
	})
}

func (s *Store) unmerge(ctx context.Context, u assistant.Unmerge, list []*assistant.Contact) error {
	return s.writeCards(ctx, "unmerge contacts", 2, func(ctx context.Context, c contacts) error {
		if err := c.save(ctx, list); err != nil {
			return err
		}
		_, err := s.db.Collection("merges").DeleteOne(ctx, bson.D{{Key: "_id", Value: s.contacts.key(u.Other.ID)}})
		return err
	})
}

// Merges implements [assistant.MergeStore]. A merge whose other contact exists was not made, or was undone.
func (s *Store) Merges(ctx context.Context, id string) ([]assistant.Merge, error) {
	filter := bson.D{{Key: "book", Value: s.book}}
	if id != "" {
		filter = append(
			filter,
			bson.E{Key: "$or", Value: bson.A{bson.D{{Key: "other", Value: id}}, bson.D{{Key: "stayed", Value: id}}}},
		)
	}
	var found []merge
	if err := all(ctx, s.db.Collection("merges"), filter, options.Find(), &found); err != nil {
		return nil, fmt.Errorf("read merges: %w", err)
	}
	var list []assistant.Merge
	for _, d := range found {
		have, err := s.contacts.stored(ctx, d.Other)
		if err != nil {
			return nil, err
		}
		var m assistant.Merge
		if err := json.Unmarshal([]byte(d.Merge), &m); err != nil {
			return nil, fmt.Errorf("read merges: %w", err)
		}
		if have == 0 {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b assistant.Merge) int { return b.At.Compare(a.At) })
	return list, nil
}

// RestoreMerges implements [assistant.MergeStore].
func (s *Store) RestoreMerges(ctx context.Context, merges ...assistant.Merge) error {
	for _, m := range merges {
		if err := s.putMerge(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
