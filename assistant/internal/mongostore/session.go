package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
)

// session is a document of the collection sessions.
type session struct {
	Token   string `bson:"_id"`
	Account int64  `bson:"account"`
	Data    []byte `bson:"data"`
	Expires int64  `bson:"expires"`
}

func (d session) session() assistant.Session {
	return assistant.Session{Token: d.Token, Account: d.Account, Data: d.Data, Expires: time.UnixMilli(d.Expires).UTC()}
}

// SaveSession implements [assistant.AccountStore].
func (s *Store) SaveSession(ctx context.Context, one assistant.Session) error {
	d := session{one.Token, one.Account, one.Data, one.Expires.UnixMilli()}
	_, err := s.db.Collection("sessions").ReplaceOne(ctx, byID(d.Token), d, options.Replace().SetUpsert(true))
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// Session implements [assistant.AccountStore].
func (s *Store) Session(ctx context.Context, token string) (assistant.Session, error) {
	var d session
	err := s.db.Collection("sessions").FindOne(ctx, byID(token)).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) || err == nil && d.Expires <= time.Now().UnixMilli() {
		return assistant.Session{}, &assistant.NotFoundError{Kind: assistant.KindSession}
	}
	if err != nil {
		return assistant.Session{}, fmt.Errorf("read session: %w", err)
	}
	return d.session(), nil
}

// Sessions implements [assistant.AccountStore].
func (s *Store) Sessions(ctx context.Context, account int64) ([]assistant.Session, error) {
	filter := append(
		ofAccount(account),
		bson.E{Key: "expires", Value: bson.D{{Key: "$gt", Value: time.Now().UnixMilli()}}},
	)
	var found []session
	order := options.Find().SetSort(bson.D{{Key: "expires", Value: -1}, {Key: "_id", Value: 1}})
	if err := all(ctx, s.db.Collection("sessions"), filter, order, &found); err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	list := make([]assistant.Session, len(found))
	for i, d := range found {
		list[i] = d.session()
	}
	return list, nil
}

// RemoveSessions implements [assistant.AccountStore].
func (s *Store) RemoveSessions(ctx context.Context, tokens ...string) error {
	old := bson.D{{Key: "expires", Value: bson.D{{Key: "$lte", Value: time.Now().UnixMilli()}}}}
	if _, err := s.db.Collection("sessions").DeleteMany(ctx, old); err != nil {
		return fmt.Errorf("remove sessions: %w", err)
	}
	for _, token := range tokens {
		if _, err := s.db.Collection("sessions").DeleteOne(ctx, byID(token)); err != nil {
			return fmt.Errorf("remove sessions: %w", err)
		}
	}
	return nil
}

// failure is a document of the collection failures: those of one key in one window.
type failure struct {
	Key   string `bson:"_id"` // since:name
	Name  string `bson:"name"`
	Since int64  `bson:"since"`
	Count int    `bson:"count"`
}

// present returns the document of the current window, without its count.
func present(name string, window time.Duration) failure {
	now, length := time.Now().UnixMilli(), max(window.Milliseconds(), 1)
	since := now - now%length
	return failure{Key: fmt.Sprint(since, ":", name), Name: name, Since: since}
}

// CountFailure implements [assistant.AccountStore].
func (s *Store) CountFailure(ctx context.Context, key string, window time.Duration) (int, error) {
	d := present(key, window)
	update := bson.D{
		{Key: "$inc", Value: bson.D{{Key: "count", Value: 1}}},
		{Key: "$setOnInsert", Value: bson.D{{Key: "name", Value: d.Name}, {Key: "since", Value: d.Since}}},
	}
	o := options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)
	if err := s.db.Collection("failures").FindOneAndUpdate(ctx, byID(d.Key), update, o).Decode(&d); err != nil {
		return 0, fmt.Errorf("count failure: %w", err)
	}
	return d.Count, nil
}

// Failures implements [assistant.AccountStore].
func (s *Store) Failures(ctx context.Context, key string, window time.Duration) (int, error) {
	d := present(key, window)
	err := s.db.Collection("failures").FindOne(ctx, byID(d.Key)).Decode(&d)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return 0, fmt.Errorf("read failures: %w", err)
	}
	return d.Count, nil
}

// ClearFailures implements [assistant.AccountStore]. It also removes those that are a day old or older.
func (s *Store) ClearFailures(ctx context.Context, key string) error {
	old := bson.D{{Key: "since", Value: bson.D{{Key: "$lt", Value: time.Now().Add(-24 * time.Hour).UnixMilli()}}}}
	named := bson.D{{Key: "name", Value: key}}
	_, err := s.db.Collection("failures").DeleteMany(ctx, bson.D{{Key: "$or", Value: bson.A{named, old}}})
	return err
}

// record is a document of the collection records.
type record struct {
	Key     string `bson:"_id"` // account:kind:name
	Account int64  `bson:"account"`
	Kind    string `bson:"kind"`
	Name    string `bson:"name"`
	Value   []byte `bson:"value"`
}

// Records implements [assistant.AccountStore].
func (s *Store) Records(ctx context.Context, account int64, kind string) ([]assistant.Record, error) {
	filter := ofAccount(account)
	if kind != "" {
		filter = append(filter, bson.E{Key: "kind", Value: kind})
	}
	var found []record
	order := options.Find().SetSort(bson.D{{Key: "kind", Value: 1}, {Key: "name", Value: 1}})
	if err := all(ctx, s.db.Collection("records"), filter, order, &found); err != nil {
		return nil, fmt.Errorf("read records: %w", err)
	}
	list := make([]assistant.Record, len(found))
	for i, d := range found {
		list[i] = assistant.Record{Account: account, Kind: d.Kind, Name: d.Name, Value: d.Value}
	}
	return list, nil
}

// SaveRecords implements [assistant.AccountStore].
func (s *Store) SaveRecords(ctx context.Context, records ...assistant.Record) error {
	for _, r := range records {
		d := record{accountKey(r.Account, r.Kind, r.Name), r.Account, r.Kind, r.Name, r.Value}
		_, err := s.db.Collection("records").ReplaceOne(ctx, byID(d.Key), d, options.Replace().SetUpsert(true))
		if err != nil {
			return fmt.Errorf("save records: %w", err)
		}
	}
	return nil
}

// RemoveRecord implements [assistant.AccountStore].
func (s *Store) RemoveRecord(ctx context.Context, account int64, kind, name string) error {
	_, err := s.db.Collection("records").DeleteOne(ctx, byID(accountKey(account, kind, name)))
	return err
}
