package mongostore

import (
	"context"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
)

// mark is a document of the collection marks.
type mark struct {
	Key   string `bson:"_id"` // kind:name in the first book, @book:kind:name in others
	Book  int64  `bson:"book"`
	Value string `bson:"value"`
}

// Marks implements [assistant.Store].
func (s *Store) Marks(ctx context.Context, kind string, names ...string) (map[string]string, error) {
	found := make(map[string]string)
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = bookKey(s.book, kind+":"+name)
	}
	if len(keys) == 0 {
		return found, nil
	}
	cursor, err := s.db.Collection("marks").Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: keys}}}})
	var marks []mark
	if err == nil {
		err = cursor.All(ctx, &marks)
	}
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	for _, m := range marks {
		found[strings.TrimPrefix(m.Key, bookKey(s.book, kind+":"))] = m.Value
	}
	return found, nil
}

// SetMarks implements [assistant.Store].
func (s *Store) SetMarks(ctx context.Context, kind string, marks map[string]string) error {
	var writes []mongo.WriteModel
	for name, value := range marks {
		key := bookKey(s.book, kind+":"+name)
		writes = append(writes, mongo.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: key}}).
			SetReplacement(mark{key, s.book, value}).SetUpsert(true))
	}
	for len(writes) > 0 {
		n := min(len(writes), perReplacement)
		if _, err := s.db.Collection("marks").BulkWrite(ctx, writes[:n]); err != nil {
			return fmt.Errorf("set marks: %w", err)
		}
		writes = writes[n:]
	}
	return nil
}
