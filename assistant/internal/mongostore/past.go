package mongostore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/listing"
)

// Past implements [assistant.HistoryStore]. It goes through the collections one after another, in the order of _id.
func (s *Store) Past(ctx context.Context, after string) (assistant.PastPage, error) {
	place, err := listing.ParsePastPlace(after)
	if err != nil {
		return assistant.PastPage{}, err
	}
	var past []assistant.Past
	switch place.Stage {
	case 0:
		past, err = s.contacts.formerVersions(ctx, place)
	case 1:
		past, err = s.notes.formerVersions(ctx, place)
	case 2:
		past, err = s.contacts.storedChanges(ctx, place)
	case 3:
		past, err = s.notes.storedChanges(ctx, place)
	default:
		past, err = s.removals(ctx, place)
	}
	if err != nil {
		return assistant.PastPage{}, fmt.Errorf("read the past: %w", err)
	}
	return assistant.PastPage{Past: past, Next: place.Next(past)}, nil
}

// behind returns a query for the documents of a book after an _id.
func (s *Store) behind(key string, limit int64) (bson.D, *options.FindOptions) {
	filter := bson.D{{Key: "book", Value: s.book}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: key}}}}
	return filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(limit)
}

func (c collection[T, D]) behind(key string, limit int64) (bson.D, *options.FindOptions) {
	return (&Store{book: c.book}).behind(key, limit)
}

func (c collection[T, D]) formerVersions(ctx context.Context, p listing.PastPlace) ([]assistant.Past, error) {
	key := ""
	if p.ID != "" {
		key = versionKey(c.key(p.ID), p.Version, p.Changed)
	}
	filter, o := c.behind(key, perPastPage)
	var documents []bson.Raw
	if err := all(ctx, c.versions, filter, o, &documents); err != nil {
		return nil, err
	}
	past := make([]assistant.Past, len(documents))
	for i, raw := range documents {
		var k kept
		d := new(D)
		if err := errors.Join(bson.Unmarshal(raw, &k), bson.Unmarshal(raw, d)); err != nil {
			return nil, err
		}
		past[i] = assistant.Past{Kind: c.kind, ID: k.ID, Change: k.change()}
		if k.Changed == 0 {
			past[i].At = time.UnixMilli(0).UTC() // as in its key
		}
		past[i].SetValue(c.decode(d))
	}
	return past, nil
}

func (c collection[T, D]) storedChanges(ctx context.Context, p listing.PastPlace) ([]assistant.Past, error) {
	key := ""
	if p.ID != "" {
		key = c.key(p.ID)
	}
	filter, o := c.behind(key, perOperation)
	var found []kept
	err := all(ctx, c.docs, filter, o.SetProjection(keptFields()), &found)
	past := make([]assistant.Past, len(found))
	for i, k := range found {
		past[i] = assistant.Past{Kind: c.kind, ID: k.ID, Change: k.change()}
	}
	return past, err
}

func (s *Store) removals(ctx context.Context, p listing.PastPlace) ([]assistant.Past, error) {
	key := ""
	if p.ID != "" {
		key = string(p.Kind) + ":" + s.contacts.key(p.ID)
	}
	filter, o := s.behind(key, perOperation)
	var gone []removed
	err := all(ctx, s.db.Collection("removed"), filter, o, &gone)
	past := make([]assistant.Past, len(gone))
	for i, r := range gone {
		past[i] = assistant.Past{Kind: r.Kind, ID: r.ID, Change: r.change(), Removed: true, Name: r.Name}
	}
	return past, err
}

// RestorePast implements [assistant.HistoryStore].
func (s *Store) RestorePast(ctx context.Context, past ...assistant.Past) error {
	var contacts, notes []assistant.Past
	for _, p := range past {
		if p.Contact != nil || p.Note == nil && p.Kind != assistant.KindNote {
			contacts = append(contacts, p)
		} else {
			notes = append(notes, p)
		}
	}
	err := s.contacts.restorePast(ctx, contacts, func(p assistant.Past) *assistant.Contact { return p.Contact })
	if err == nil {
		err = s.notes.restorePast(ctx, notes, func(p assistant.Past) *assistant.Note { return p.Note })
	}
	if err != nil {
		return fmt.Errorf("restore the past: %w", err)
	}
	return nil
}

// restorePast does for one kind what RestorePast does, a part at a time. Value returns the former version in a record
// of the past, or nil.
func (c collection[T, D]) restorePast(
	ctx context.Context, past []assistant.Past, value func(assistant.Past) *T,
) error {
	for part := range slices.Chunk(past, perOperation) {
		var versions []any
		var changes, removals []assistant.Past
		for _, p := range part {
			switch v := value(p); {
			case v != nil:
				versions = append(versions, c.formerVersion(v, p))
			case p.Removed:
				removals = append(removals, p)
			default:
				changes = append(changes, p)
			}
		}
		if len(versions) > 0 {
			_, err := c.versions.InsertMany(ctx, versions, options.InsertMany().SetOrdered(false))
			if err := exceptThere(err); err != nil {
				return err
			}
		}
		if err := c.restoreChanges(ctx, changes); err != nil {
			return err
		}
		if err := c.restoreRemovals(ctx, removals); err != nil {
			return err
		}
	}
	return nil
}

func (c collection[T, D]) stampOf(p assistant.Past) Stamp {
	return Stamp{Book: c.book, Changed: p.At.UnixMilli(), By: p.By, Via: p.Via, Label: p.Label}
}

// formerVersion returns the document of a former version.
func (c collection[T, D]) formerVersion(v *T, p assistant.Past) *D {
	d := c.encode(v)
	key, at := c.place(d)
	*at = c.stampOf(p)
	*key = versionKey(c.key(p.ID), p.Version, at.Changed)
	return d
}

// idsOf returns the ids of records of the past.
func idsOf(past []assistant.Past) []string {
	ids := make([]string, len(past))
	for i, p := range past {
		ids[i] = p.ID
	}
	return ids
}

// restoreChanges records how the stored versions were made, where that is not recorded yet.
func (c collection[T, D]) restoreChanges(ctx context.Context, past []assistant.Past) error {
	if len(past) == 0 {
		return nil
	}
	var found []kept
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: c.placeKeys(idsOf(past))}}}}
	if err := all(ctx, c.docs, filter, options.Find().SetProjection(keptFields()), &found); err != nil {
		return err
	}
	stored := make(map[string]kept, len(found))
	for _, k := range found {
		stored[k.ID] = k
	}
	var writes []mongo.WriteModel
	for _, p := range past {
		at := c.stampOf(p)
		k, ok := stored[p.ID]
		if !ok || k.Version != p.Version || k.Changed == at.Changed && k.By == at.By && k.Via == at.Via &&
			k.Label == at.Label {
			continue
		}
		// By the _id only, which every server looks up by index. If somebody changes the same document at this moment, its
		// new version gets the time and name of this change, and nothing is lost.
		writes = append(writes, mongo.NewUpdateOneModel().SetFilter(byID(c.key(p.ID))).
			SetUpdate(bson.D{{Key: "$set", Value: bson.D{
				{Key: "changed", Value: at.Changed},
				{Key: "changed_by", Value: at.By},
				{Key: "via", Value: at.Via},
				{Key: "label", Value: at.Label},
			}}}))
	}
	for part := range slices.Chunk(writes, changesPerOperation) {
		if _, err := c.docs.BulkWrite(ctx, part, options.BulkWrite().SetOrdered(false)); err != nil {
			return err
		}
	}
	return nil
}

// changesPerOperation limits the changes in one operation, which a server has to answer within the timeout.
const changesPerOperation = 25

// restoreRemovals puts removals into the trash, unless a later one is there.
func (c collection[T, D]) restoreRemovals(ctx context.Context, past []assistant.Past) error {
	if len(past) == 0 {
		return nil
	}
	last, err := c.lastVersions(ctx, idsOf(past))
	if err != nil {
		return err
	}
	for _, p := range past {
		if last[p.ID] > p.Version {
			continue
		}
		err := c.bury(ctx, removed{
			ID: p.ID, Version: p.Version, Name: p.Name, Kept: p.Name != "", Stamp: c.stampOf(p),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
