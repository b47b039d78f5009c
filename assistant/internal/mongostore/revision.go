package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// The revision of a book is one document: a token, and the writes in progress. A write announces itself before it
// changes anything and gives the revision a new token when it is finished. In between nobody can tell which answers are
// current, and Revision says so. The announcement of a process that was killed expires after a time longer than any
// write takes.
const (
	revisionName = "revision"
	writeTakes   = 2 * time.Minute
)

type revision struct {
	Book    int64                `bson:"book"`
	Token   string               `bson:"token"`
	Pending map[string]time.Time `bson:"pending"`

	Mark    string           `bson:"mark"`    // of the book; a book created again has a new one
	Changes int64            `bson:"changes"` // the number of the last change of a card that has been announced
	After   map[string]int64 `bson:"after"`   // by announcement: its changes have higher numbers
	Removed bool             `bson:"removed"` // nothing is written to it any more
	Groups  bool             `bson:"groups"`  // there is or was a group in the book
}

// theRevision matches the revision of a book.
func theRevision(book int64) bson.D { return byID(bookKey(book, "revision")) }

// write makes one change between its announcement and the new token.
func (s *Store) write(ctx context.Context, operation string, change func(context.Context) error) error {
	return s.writeNumbered(ctx, operation, 0, func(ctx context.Context, _ *numbers) error { return change(ctx) })
}

// numbers are those of changes of cards that one write has announced. They are used by one goroutine.
type numbers struct{ last, end int64 }

// next returns the next number. If failed attempts have used them all, it returns the last one again, which no other
// write has.
func (n *numbers) next() int64 {
	n.last = min(n.last+1, n.end)
	return n.last
}

// spareNumbers are for attempts that fail.
const spareNumbers = 8

// writeCards is like write, for at most n changes of contacts.
func (s *Store) writeCards(
	ctx context.Context, operation string, n int, change func(context.Context, contacts) error,
) error {
	return s.writeNumbered(ctx, operation, int64(n+spareNumbers), func(ctx context.Context, numbers *numbers) error {
		c := s.contacts
		c.numbers = numbers
		return change(ctx, c)
	})
}

// writeNumbered announces a write with this many numbers for changes. The announcement includes that they are higher
// than the last number before it: no token goes past that one until the write is finished.
func (s *Store) writeNumbered(
	ctx context.Context, operation string, n int64, change func(context.Context, *numbers) error,
) error {
	id := uuid.NewString()
	documents := s.db.Collection(revisionName)
	var before, now revision
	err := documents.FindOne(ctx, theRevision(s.book)).Decode(&before)
	if err == nil {
		announced := bson.D{
			{Key: "$set", Value: bson.D{
				{Key: "pending." + id, Value: time.Now()}, {Key: "after." + id, Value: before.Changes},
			}},
			{Key: "$inc", Value: bson.D{{Key: "changes", Value: n}}},
		}
		living := append(theRevision(s.book), bson.E{Key: "removed", Value: bson.D{{Key: "$ne", Value: true}}})
		err = documents.FindOneAndUpdate(ctx, living, announced,
			options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&now)
	}
	if errors.Is(err, mongo.ErrNoDocuments) {
		err = s.gone()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	ctx, cancel := context.WithTimeout(ctx, writeTakes/2)
	defer cancel()
	if err := change(ctx, &numbers{now.Changes - n, now.Changes}); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", operation, err), s.renew(ctx, id))
	}
	// The change is made: if its end cannot be recorded, its announcement stays and has the same effect.
	_ = s.renew(ctx, id)
	return nil
}

// renew gives the revision a new token and removes announcements from it.
func (s *Store) renew(ctx context.Context, announcements ...string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	over := bson.D{}
	for _, id := range announcements {
		over = append(over, bson.E{Key: "pending." + id, Value: ""}, bson.E{Key: "after." + id, Value: ""})
	}
	_, err := s.db.Collection(revisionName).UpdateOne(ctx, theRevision(s.book), bson.D{
		{Key: "$set", Value: bson.D{{Key: "token", Value: uuid.NewString()}}},
		{Key: "$unset", Value: over},
	})
	return err
}

// Revision implements [assistant.Store]. It returns "" while a write is in progress.
func (s *Store) Revision(ctx context.Context) (string, error) {
	var r revision
	err := s.db.Collection(revisionName).FindOne(ctx, theRevision(s.book)).Decode(&r)
	if errors.Is(err, mongo.ErrNoDocuments) || err == nil && r.Removed {
		return "", s.gone()
	}
	if err != nil {
		return "", fmt.Errorf("read revision: %w", err)
	}
	var void []string
	for id, since := range r.Pending {
		if time.Since(since) > writeTakes {
			void = append(void, id)
		}
	}
	switch {
	case len(void) > 0:
		return "", s.renew(ctx, void...)
	case len(r.Pending) > 0:
		return "", nil
	}
	return r.Token, nil
}
