package mongostore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// account is a document of the collection accounts.
type account struct {
	ID         int64  `bson:"_id"`
	Name       string `bson:"name"`
	NameFolded string `bson:"name_folded"`
	Password   string `bson:"password"`
	Created    int64  `bson:"created"`
}

func (a account) account() assistant.Account {
	return assistant.Account{ID: a.ID, Name: a.Name, Password: a.Password, Created: time.UnixMilli(a.Created).UTC()}
}

func byID(id any) bson.D { return bson.D{{Key: "_id", Value: id}} }

// AddAccount implements [assistant.AccountStore]. The number of a removed account is not reused while there are others.
func (s *Store) AddAccount(ctx context.Context, a *assistant.Account) error {
	if err := assistant.CheckAccountName(a.Name); err != nil {
		return err
	}
	d := account{Name: a.Name, NameFolded: search.LookupKey(a.Name), Password: a.Password, Created: a.Created.UnixMilli()}
	for attempt := 1; ; attempt++ {
		if _, err := s.AccountNamed(ctx, a.Name); err == nil {
			return fmt.Errorf("add account: user %s: %w", a.Name, assistant.ErrExists)
		} else if !errors.Is(err, assistant.ErrNotFound) {
			return err
		}
		accounts, err := s.Accounts(ctx)
		if err != nil {
			return err
		}
		if d.ID = firstBook; len(accounts) > 0 {
			d.ID, err = s.takeNumber(ctx)
		} else {
			_, err = s.startBook(ctx, firstBook)
		}
		if err == nil {
			_, err = s.db.Collection("accounts").InsertOne(ctx, d)
		}
		if mongo.IsDuplicateKeyError(err) && attempt < 10 {
			continue // another writer was first, with the name or with the number
		}
		if err != nil {
			return fmt.Errorf("add account: %w", err)
		}
		a.ID = d.ID
		return nil
	}
}

// Accounts implements [assistant.AccountStore].
func (s *Store) Accounts(ctx context.Context) ([]assistant.Account, error) {
	var found []account
	if err := all(ctx, s.db.Collection("accounts"), bson.D{}, options.Find().SetSort(byID(1)), &found); err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	list := make([]assistant.Account, len(found))
	for i, d := range found {
		list[i] = d.account()
	}
	return list, nil
}

// AccountNamed implements [assistant.AccountStore].
func (s *Store) AccountNamed(ctx context.Context, name string) (assistant.Account, error) {
	var d account
	err := s.db.Collection("accounts").FindOne(ctx, bson.D{{Key: "name_folded", Value: search.LookupKey(name)}}).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return assistant.Account{}, &assistant.NotFoundError{Kind: assistant.KindAccount, Ref: name}
	}
	if err != nil {
		return assistant.Account{}, fmt.Errorf("read account: %w", err)
	}
	return d.account(), nil
}

// SetPassword implements [assistant.AccountStore].
func (s *Store) SetPassword(ctx context.Context, account int64, hash string) error {
	result, err := s.db.Collection("accounts").UpdateOne(ctx, byID(account), set("password", hash))
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	if result.MatchedCount == 0 {
		return &assistant.NotFoundError{Kind: assistant.KindAccount, Ref: fmt.Sprint(account)}
	}
	_, err = s.db.Collection("sessions").DeleteMany(ctx, ofAccount(account))
	return err
}

func set(field string, value any) bson.D {
	return bson.D{{Key: "$set", Value: bson.D{{Key: field, Value: value}}}}
}

func ofAccount(account int64) bson.D { return bson.D{{Key: "account", Value: account}} }

// RemoveAccount implements [assistant.AccountStore]. The account is removed last, so that an interrupted removal can be
// repeated. The first book stays, empty: it exists even without accounts.
func (s *Store) RemoveAccount(ctx context.Context, id int64) error {
	n, err := s.db.Collection("accounts").CountDocuments(ctx, byID(id))
	if err != nil {
		return fmt.Errorf("remove account: %w", err)
	}
	if n == 0 {
		return &assistant.NotFoundError{Kind: assistant.KindAccount, Ref: fmt.Sprint(id)}
	}
	book := s.inBook(assistant.Account{ID: id})
	return book.write(ctx, "remove account", func(ctx context.Context) error {
		for _, name := range []string{"sessions", "app_passwords", "records"} {
			if _, err := s.db.Collection(name).DeleteMany(ctx, ofAccount(id)); err != nil {
				return err
			}
		}
		if err := errors.Join(clearBook(ctx, book.contacts), clearBook(ctx, book.notes)); err != nil {
			return err
		}
		for _, name := range append(bookCollections(), "shares") {
			if _, err := s.db.Collection(name).DeleteMany(ctx, ofBook(id)); err != nil {
				return err
			}
		}
		if err := s.dropFurther(ctx, id); err != nil {
			return err
		}
		_, err := s.db.Collection(revisionName).UpdateOne(ctx, theRevision(id), set("mark", rand.Text()))
		if err != nil {
			return err
		}
		_, err = s.db.Collection("accounts").DeleteOne(ctx, byID(id))
		return err
	})
}

// dropFurther removes all books of an account except the first, and what others share with it.
func (s *Store) dropFurther(ctx context.Context, id int64) error {
	var further []addressBook
	if err := all(ctx, s.books(), bson.D{{Key: "owner", Value: id}}, options.Find(), &further); err != nil {
		return err
	}
	for _, one := range further {
		if one.ID == id {
			continue // the first one, which has a description
		}
		if err := s.dropBook(ctx, one.ID); err != nil {
			return err
		}
	}
	_, err := s.shares().DeleteMany(ctx, ofAccount(id))
	if err == nil {
		_, err = s.books().DeleteOne(ctx, byID(id))
	}
	return err
}

// clearBook removes everything in a book except the numbers of the last versions.
func clearBook[T, D any](ctx context.Context, c collection[T, D]) error {
	for _, docs := range []*mongo.Collection{c.docs, c.versions} {
		for {
			var some []kept
			filter := bson.D{{Key: "book", Value: c.book}}
			few := options.Find().SetProjection(keptFields()).SetLimit(perOperation)
			if err := all(ctx, docs, filter, few, &some); err != nil || len(some) == 0 {
				if err != nil {
					return err
				}
				break
			}
			for _, k := range some {
				last, err := c.lastVersions(ctx, []string{k.ID})
				if err == nil {
					at := Stamp{Book: c.book, Changed: k.Changed}
					err = c.bury(ctx, removed{ID: k.ID, Version: max(last[k.ID], k.Version), Stamp: at})
				}
				if err == nil {
					_, err = docs.DeleteMany(ctx, bson.D{{Key: "book", Value: c.book}, {Key: "id", Value: k.ID}})
				}
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// appPassword is a document of the collection app_passwords.
type appPassword struct {
	Key     string `bson:"_id"` // account:label
	Account int64  `bson:"account"`
	Label   string `bson:"label"`
	Hash    string `bson:"hash"`
	Created int64  `bson:"created"`
	Used    int64  `bson:"used"`
}

func accountKey(account int64, parts ...string) string {
	return fmt.Sprint(account, ":", strings.Join(parts, ":"))
}

// AddAppPassword implements [assistant.AccountStore].
func (s *Store) AddAppPassword(ctx context.Context, p assistant.AppPassword) error {
	if err := assistant.CheckLabel(p.Label); err != nil {
		return err
	}
	d := appPassword{
		Key:     accountKey(p.Account, p.Label),
		Account: p.Account,
		Label:   p.Label,
		Hash:    p.Hash,
		Created: p.Created.UnixMilli(),
	}
	if !p.Used.IsZero() {
		d.Used = p.Used.UnixMilli()
	}
	_, err := s.db.Collection("app_passwords").InsertOne(ctx, d)
	if mongo.IsDuplicateKeyError(err) {
		return fmt.Errorf("app password %s: %w", p.Label, assistant.ErrExists)
	}
	return err
}

// AppPasswords implements [assistant.AccountStore].
func (s *Store) AppPasswords(ctx context.Context, account int64) ([]assistant.AppPassword, error) {
	var found []appPassword
	sorted := options.Find().SetSort(byID(1))
	if err := all(ctx, s.db.Collection("app_passwords"), ofAccount(account), sorted, &found); err != nil {
		return nil, fmt.Errorf("read app passwords: %w", err)
	}
	list := make([]assistant.AppPassword, len(found))
	for i, d := range found {
		list[i] = assistant.AppPassword{
			Account: account,
			Label:   d.Label,
			Hash:    d.Hash,
			Created: time.UnixMilli(d.Created).UTC(),
		}
		if d.Used != 0 {
			list[i].Used = time.UnixMilli(d.Used).UTC()
		}
	}
	return list, nil
}

// RemoveAppPassword implements [assistant.AccountStore].
func (s *Store) RemoveAppPassword(ctx context.Context, account int64, label string) error {
	result, err := s.db.Collection("app_passwords").DeleteOne(ctx, byID(accountKey(account, label)))
	if err != nil || result.DeletedCount > 0 {
		return err
	}
	return &assistant.NotFoundError{Kind: assistant.KindAppPassword, Ref: label}
}

// UseAppPassword implements [assistant.AccountStore].
func (s *Store) UseAppPassword(ctx context.Context, account int64, label string, at time.Time) error {
	passwords := s.db.Collection("app_passwords")
	_, err := passwords.UpdateOne(ctx, byID(accountKey(account, label)), set("used", at.UnixMilli()))
	return err
}
