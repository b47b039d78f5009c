package mongostore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
)

// A Stamp says in which book a document is, and when, by whom and in which way its version was made.
type Stamp struct {
	Book    int64         `bson:"book"`
	Changed int64         `bson:"changed"` // 0 for documents older than this field
	By      string        `bson:"changed_by"`
	Via     assistant.Via `bson:"via"`
	Label   string        `bson:"label,omitempty"`

	// Of a contact only: its last change, which is in the list of changes, and the random mark of that change.
	Change int64  `bson:"change,omitempty"`
	ETag   string `bson:"etag,omitempty"`
}

// stamp returns the stamp of a change that is made now.
func (c collection[T, D]) stamp(ctx context.Context) Stamp {
	at := Stamp{
		Book: c.book, Changed: time.Now().UnixMilli(), By: c.by, Via: assistant.ViaOf(ctx), Label: assistant.LabelOf(ctx),
	}
	if c.numbers != nil && c.card != nil {
		at.Change, at.ETag = c.numbers.next(), rand.Text()
	}
	return at
}

// A kept is the part of a document that the history needs.
type kept struct {
	ID      string    `bson:"id"`
	Version int64     `bson:"version"`
	Updated time.Time `bson:"updated"`
	Stamp   `bson:",inline"`

	Resource string `bson:"resource"`
}

func (k kept) change() assistant.Change {
	at := time.UnixMilli(k.Changed).UTC()
	if k.Changed == 0 {
		at = k.Updated.UTC()
	}
	via := k.Via
	if via == "" {
		via = assistant.ViaConsole
	}
	return assistant.Change{Version: k.Version, At: at, By: k.By, Via: via, Label: k.Label}
}

// keptFields returns the fields of kept.
func keptFields() bson.D {
	fields := bson.D{}
	for _, name := range []string{
		"id", "version", "updated", "book", "changed", "changed_by", "via", "label",
		"resource",
	} {
		fields = append(fields, bson.E{Key: name, Value: 1})
	}
	return fields
}

// versionKey returns the _id of a former version. It contains the time, as an import may replace a version by another
// one with the same number.
func versionKey(key string, version, changed int64) string {
	return fmt.Sprintf("%s/%d/%d", key, version, changed)
}

// keep copies the stored documents with the ids to the former versions, and returns their versions. It comes before the
// change: a process that dies in between leaves a copy of the current version.
func (c collection[T, D]) keep(ctx context.Context, ids []string) (map[string]int64, error) {
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: c.placeKeys(ids)}}}}
	if len(ids) == 1 {
		filter = byID(c.key(ids[0]))
	}
	cursor, err := c.docs.Find(ctx, filter, options.Find().
		SetProjection(bson.D{{Key: "document", Value: 0}, {Key: "trigrams", Value: 0}}))
	if err != nil {
		return nil, err
	}
	var documents []bson.Raw
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, err
	}
	versions := make(map[string]int64, len(documents))
	var copies []any
	for _, raw := range documents {
		var k kept
		var fields bson.D
		if err := errors.Join(bson.Unmarshal(raw, &k), bson.Unmarshal(raw, &fields)); err != nil {
			return nil, err
		}
		versions[k.ID] = k.Version
		for i := range fields {
			if fields[i].Key == "_id" {
				fields[i].Value = versionKey(c.key(k.ID), k.Version, k.Changed)
			}
		}
		copies = append(copies, fields)
	}
	if len(copies) == 0 {
		return versions, nil
	}
	_, err = c.versions.InsertMany(ctx, copies, options.InsertMany().SetOrdered(false))
	return versions, exceptThere(err)
}

// exceptThere returns err, unless it only says that documents already exist.
func exceptThere(err error) error {
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return err
	}
	for _, failed := range bulk.WriteErrors {
		if !mongo.IsDuplicateKeyError(failed) {
			return err
		}
	}
	return nil
}

// removed is a document of the collection removed: what is in the trash, and the last version of what once was. It has
// no effect while its id is in use.
type removed struct {
	Key     string         `bson:"_id"`
	Kind    assistant.Kind `bson:"kind"`
	ID      string         `bson:"id"`
	Version int64          `bson:"version"`
	Name    string         `bson:"name"`
	Kept    bool           `bson:"kept"`
	Stamp   `bson:",inline"`
}

func (c collection[T, D]) removedKey(id string) string { return string(c.kind) + ":" + c.key(id) }

// lastVersions returns the last versions of those of the ids that were removed. A removal that another one has
// overtaken may have left a lower number than the former versions have.
func (c collection[T, D]) lastVersions(ctx context.Context, ids []string) (map[string]int64, error) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = c.removedKey(id)
	}
	var gone []removed
	err := all(ctx, c.removed, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: keys}}}}, options.Find(), &gone)
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	last := make(map[string]int64, len(gone))
	for _, r := range gone {
		last[r.ID] = r.Version
	}
	var former []kept
	filter := bson.D{
		{Key: "book", Value: c.book},
		{Key: "id", Value: bson.D{{Key: "$in", Value: slices.Collect(maps.Keys(last))}}},
	}
	if err := all(ctx, c.versions, filter, options.Find().SetProjection(keptFields()), &former); err != nil {
		return nil, err
	}
	for _, k := range former {
		last[k.ID] = max(last[k.ID], k.Version)
	}
	return last, nil
}

// all reads all documents that match a query.
func all[T any](ctx context.Context, c *mongo.Collection, filter bson.D, o *options.FindOptions, list *[]T) error {
	cursor, err := c.Find(ctx, filter, o)
	if err != nil {
		return err
	}
	return cursor.All(ctx, list)
}

// bury records a removal.
func (c collection[T, D]) bury(ctx context.Context, r removed) error {
	r.Key, r.Kind = c.removedKey(r.ID), c.kind
	_, err := c.removed.ReplaceOne(ctx, bson.D{{Key: "_id", Value: r.Key}}, r, options.Replace().SetUpsert(true))
	return err
}

// unbury deletes the records that ids were removed.
func (c collection[T, D]) unbury(ctx context.Context, ids []string) error {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = c.removedKey(id)
	}
	_, err := c.removed.DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: keys}}}})
	return err
}

// history returns the changes of an id, latest first.
func (c collection[T, D]) history(ctx context.Context, id string) ([]assistant.Change, error) {
	var now, former []kept
	fields := options.Find().SetProjection(keptFields())
	err := all(ctx, c.docs, bson.D{{Key: "_id", Value: c.key(id)}}, fields, &now)
	if err == nil {
		err = all(ctx, c.versions, bson.D{{Key: "book", Value: c.book}, {Key: "id", Value: id}}, fields, &former)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(former, func(a, b kept) int {
		return b.change().At.Compare(a.change().At)*2 + int(min(1, max(-1, b.Version-a.Version)))
	})
	var changes []assistant.Change
	for _, k := range now {
		changes = append(changes, k.change())
	}
	for _, k := range former {
		if len(now) > 0 && k.Version == now[0].Version && k.Changed == now[0].Changed {
			continue // a copy made before a change that did not happen
		}
		changes = append(changes, k.change())
	}
	if len(changes) == 0 {
		return nil, &assistant.NotFoundError{Kind: c.kind, Ref: id}
	}
	return changes, nil
}

// version returns a value as it is or was in a version.
func (c collection[T, D]) version(ctx context.Context, id string, version int64) (*T, error) {
	for _, docs := range []*mongo.Collection{c.docs, c.versions} {
		filter := bson.D{{Key: "book", Value: c.book}, {Key: "id", Value: id}, {Key: "version", Value: version}}
		d := new(D)
		err := docs.FindOne(ctx, filter, options.FindOne().SetSort(bson.D{{Key: "changed", Value: -1}})).Decode(d)
		if err == nil {
			return c.decode(d), nil
		}
		if !errors.Is(err, mongo.ErrNoDocuments) {
			return nil, err
		}
	}
	return nil, &assistant.NotFoundError{Kind: c.kind, Ref: fmt.Sprintf("%s version %d", id, version)}
}

// trash returns what was removed and does not exist now.
func (c collection[T, D]) trash(ctx context.Context) ([]assistant.Trashed, error) {
	var gone []removed
	filter := bson.D{{Key: "book", Value: c.book}, {Key: "kind", Value: c.kind}, {Key: "kept", Value: true}}
	if err := all(ctx, c.removed, filter, options.Find(), &gone); err != nil {
		return nil, err
	}
	gone, err := c.withoutLiving(ctx, gone)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(gone, func(a, b removed) int {
		if a.Changed != b.Changed {
			return int(min(1, max(-1, b.Changed-a.Changed)))
		}
		return 0
	})
	list := make([]assistant.Trashed, len(gone))
	for i, r := range gone {
		list[i] = assistant.Trashed{Kind: c.kind, ID: r.ID, Name: r.Name, Change: r.change()}
	}
	return list, nil
}

func (r removed) change() assistant.Change {
	return kept{ID: r.ID, Version: r.Version, Stamp: r.Stamp}.change()
}

// withoutLiving filters out those whose id is in use.
func (c collection[T, D]) withoutLiving(ctx context.Context, gone []removed) ([]removed, error) {
	for part := range slices.Chunk(gone, perOperation) {
		ids := make([]string, len(part))
		for i, r := range part {
			ids[i] = r.ID
		}
		var living []kept
		filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: c.placeKeys(ids)}}}}
		if err := all(ctx, c.docs, filter, options.Find().SetProjection(keptFields()), &living); err != nil {
			return nil, err
		}
		for _, k := range living {
			gone = slices.DeleteFunc(slices.Clone(gone), func(r removed) bool { return r.ID == k.ID })
		}
	}
	return gone, nil
}

// emptyTrash deletes for good what was removed before a time. The numbers of the last versions stay.
func (c collection[T, D]) emptyTrash(ctx context.Context, before int64) error {
	var old []removed
	filter := bson.D{
		{Key: "book", Value: c.book},
		{Key: "kind", Value: c.kind},
		{Key: "kept", Value: true},
		{Key: "changed", Value: bson.D{{Key: "$lt", Value: before}}},
	}
	if err := all(ctx, c.removed, filter, options.Find(), &old); err != nil {
		return err
	}
	old, err := c.withoutLiving(ctx, old)
	if err != nil {
		return err
	}
	for _, r := range old {
		last, err := c.lastVersions(ctx, []string{r.ID})
		if err != nil {
			return err
		}
		r.Version, r.Name, r.Kept = last[r.ID], "", false
		if err := c.bury(ctx, r); err != nil {
			return err
		}
		if _, err := c.versions.DeleteMany(ctx, bson.D{{Key: "book", Value: c.book}, {Key: "id", Value: r.ID}}); err != nil {
			return err
		}
	}
	return nil
}

// History implements [assistant.HistoryStore].
func (s *Store) History(ctx context.Context, kind assistant.Kind, id string) ([]assistant.Change, error) {
	if kind == assistant.KindNote {
		return wrap(s.notes.history(ctx, id))("read history")
	}
	return wrap(s.contacts.history(ctx, id))("read history")
}

// ContactVersion implements [assistant.HistoryStore].
func (s *Store) ContactVersion(ctx context.Context, id string, version int64) (*assistant.Contact, error) {
	return s.contacts.version(ctx, id, version)
}

// NoteVersion implements [assistant.HistoryStore].
func (s *Store) NoteVersion(ctx context.Context, id string, version int64) (*assistant.Note, error) {
	return s.notes.version(ctx, id, version)
}

// Trash implements [assistant.HistoryStore].
func (s *Store) Trash(ctx context.Context, kind assistant.Kind) ([]assistant.Trashed, error) {
	if kind == assistant.KindNote {
		return wrap(s.notes.trash(ctx))("read the trash")
	}
	return wrap(s.contacts.trash(ctx))("read the trash")
}

// EmptyTrash implements [assistant.HistoryStore].
func (s *Store) EmptyTrash(ctx context.Context, before time.Time) error {
	return errors.Join(s.contacts.emptyTrash(ctx, before.UnixMilli()), s.notes.emptyTrash(ctx, before.UnixMilli()))
}

// merge is a document of the collection merges.
type merge struct {
	Key    string `bson:"_id"`
	Book   int64  `bson:"book"`
	Other  string `bson:"other"`
	Stayed string `bson:"stayed"`
	At     int64  `bson:"at"`
	Merge  string `bson:"merge"` // as JSON
}

// perPastPage is how many former versions are read at once: each may have a photo.
const perPastPage = 50
