package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/bson"
)

// The revision is one document: a token, and the writes that are under way. A write announces itself before it changes
// anything and gives the revision a new token when it is done. Between the two nobody can tell which answers are
// current, and Revision says so. The announcement of a process that was killed is void after a time that no write takes.
const (
	revisionName = "revision"
	writeTakes   = 2 * time.Minute
)

type revision struct {
	Token   string               `bson:"token"`
	Pending map[string]time.Time `bson:"pending"`
}

func theRevision() bson.D { return bson.D{{Key: "_id", Value: "revision"}} }

// write runs one change between its announcement and the new token.
func (s *Store) write(ctx context.Context, operation string, change func(context.Context) error) error {
	announcement := "pending." + uuid.NewString()
	documents := s.db.Collection(revisionName)
	_, err := documents.UpdateOne(ctx, theRevision(), bson.D{{Key: "$set", Value: bson.D{{Key: announcement, Value: time.Now()}}}})
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	ctx, cancel := context.WithTimeout(ctx, writeTakes/2)
	defer cancel()
	if err := change(ctx); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", operation, err), s.renew(ctx, announcement))
	}
	// The change is made: if its end cannot be told, its announcement stays and says the same.
	_ = s.renew(ctx, announcement)
	return nil
}

// renew gives the revision a new token and takes announcements off it.
func (s *Store) renew(ctx context.Context, announcements ...string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	over := bson.D{}
	for _, a := range announcements {
		over = append(over, bson.E{Key: a, Value: ""})
	}
	_, err := s.db.Collection(revisionName).UpdateOne(ctx, theRevision(), bson.D{
		{Key: "$set", Value: bson.D{{Key: "token", Value: uuid.NewString()}}},
		{Key: "$unset", Value: over},
	})
	return err
}

// Revision implements [assistant.Store]. It returns "" while somebody writes.
func (s *Store) Revision(ctx context.Context) (string, error) {
	var r revision
	if err := s.db.Collection(revisionName).FindOne(ctx, theRevision()).Decode(&r); err != nil {
		return "", fmt.Errorf("read revision: %w", err)
	}
	var void []string
	for id, since := range r.Pending {
		if time.Since(since) > writeTakes {
			void = append(void, "pending."+id)
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
