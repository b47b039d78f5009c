package mongostore

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/search"
)

// addressBook is a document of the collection books: a further book of an account. The first one has a document only if
// somebody has described it.
type addressBook struct {
	ID          int64  `bson:"_id"`
	Owner       int64  `bson:"owner"`
	Name        string `bson:"name"`
	NameFolded  string `bson:"name_folded"`
	Title       string `bson:"title"`
	Description string `bson:"description"`
	Removed     int64  `bson:"removed"` // since when; 0 for a book that was not removed
}

// share is a document of the collection shares.
type share struct {
	Key      string `bson:"_id"` // book:account
	Book     int64  `bson:"book"`
	Account  int64  `bson:"account"`
	ReadOnly bool   `bson:"read_only"`
}

func (s *Store) books() *mongo.Collection  { return s.db.Collection("books") }
func (s *Store) shares() *mongo.Collection { return s.db.Collection("shares") }

func ofBook(book int64) bson.D { return bson.D{{Key: "book", Value: book}} }

// isThere returns the condition that a document is that of a book which was not removed.
func isThere() bson.E { return bson.E{Key: "removed", Value: int64(0)} }

// OpenBook implements [assistant.BookStore].
func (s *Store) OpenBook(b assistant.AddressBook, by string) assistant.Store {
	book := s.inBook(assistant.Account{ID: b.ID, Name: by})
	book.name = b.Ref()
	if b.ReadOnly {
		return assistant.ReadOnly(book)
	}
	return book
}

// gone returns an error that says that the book, or its account, has been removed.
func (s *Store) gone() error {
	if s.name != "" {
		return &assistant.NotFoundError{Kind: assistant.KindBook, Ref: s.name}
	}
	return &assistant.NotFoundError{Kind: assistant.KindAccount, Ref: s.by}
}

// takeNumber creates a book with a number that no book has had before. Another writer may take the number first.
func (s *Store) takeNumber(ctx context.Context) (id int64, err error) {
	for attempt := 1; ; attempt++ {
		var books []revision
		if err := all(ctx, s.db.Collection(revisionName), bson.D{}, options.Find(), &books); err != nil {
			return 0, err
		}
		last := slices.MaxFunc(books, func(a, b revision) int { return cmp.Compare(a.Book, b.Book) })
		taken, err := s.startBook(ctx, last.Book+1)
		if err != nil || taken {
			return last.Book + 1, err
		}
		if attempt == 10 {
			return 0, errors.New("others take every number")
		}
	}
}

// startBook creates a book unless it exists.
func (s *Store) startBook(ctx context.Context, id int64) (made bool, err error) {
	start := bson.D{
		{Key: "$setOnInsert", Value: bson.D{
			{Key: "token", Value: uuid.NewString()}, {Key: "book", Value: id}, {Key: "mark", Value: rand.Text()},
		}},
	}
	result, err := s.db.Collection(revisionName).UpdateOne(ctx, theRevision(id), start, options.Update().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) {
		return false, nil
	}
	return err == nil && result.UpsertedCount > 0, err
}

// AddBook implements [assistant.BookStore].
func (s *Store) AddBook(ctx context.Context, b *assistant.AddressBook) error {
	if err := errors.Join(assistant.CheckBookName(b.Name), assistant.CheckBookTexts(*b)); err != nil {
		return err
	}
	if err := s.nameFree(ctx, b.Account, b.Name); err != nil {
		return err
	}
	id, err := s.takeNumber(ctx)
	if err == nil {
		_, err = s.books().InsertOne(ctx, addressBook{
			ID: id, Owner: b.Account, Name: b.Name, NameFolded: search.LookupKey(b.Name), Title: b.Title,
			Description: b.Description,
		})
	}
	if mongo.IsDuplicateKeyError(err) {
		err = fmt.Errorf("book %s: %w", b.Name, assistant.ErrExists)
	}
	if err != nil {
		return fmt.Errorf("add book: %w", err)
	}
	b.ID = id
	return nil
}

// nameFree refuses a name that an account already has for a book.
func (s *Store) nameFree(ctx context.Context, account int64, name string) error {
	folded := search.LookupKey(name)
	filter := bson.D{{Key: "owner", Value: account}, {Key: "name_folded", Value: folded}, isThere()}
	n, err := s.books().CountDocuments(ctx, filter)
	if err == nil && (n > 0 || folded == search.LookupKey(assistant.FirstBook)) {
		err = fmt.Errorf("book %s: %w", name, assistant.ErrExists)
	}
	return err
}

// Books implements [assistant.BookStore].
func (s *Store) Books(ctx context.Context, account int64) ([]assistant.AddressBook, error) {
	list, err := s.seen(ctx, account)
	return wrap(list, err)("read books")
}

func (s *Store) seen(ctx context.Context, account int64) ([]assistant.AddressBook, error) {
	var found []addressBook
	var shared []share
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	if err := all(ctx, s.shares(), ofAccount(account), options.Find().SetSort(ofBook(1)), &shared); err != nil {
		return nil, err
	}
	ids := bson.A{account}
	for _, one := range shared {
		ids = append(ids, one.Book)
	}
	filter := bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: "owner", Value: account}}, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}},
	}}}
	if err := all(ctx, s.books(), filter, options.Find().SetSort(byID(1)), &found); err != nil {
		return nil, err
	}
	byNumber := make(map[int64]addressBook, len(found))
	for _, d := range found {
		byNumber[d.ID] = d
	}
	names := make(map[int64]string, len(accounts))
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	list := []assistant.AddressBook{describe(account, byNumber[account], names)}
	for _, d := range found {
		if d.Owner == account && d.ID != account && d.Removed == 0 {
			list = append(list, describe(d.ID, d, names))
		}
	}
	for _, one := range shared {
		d, further := byNumber[one.Book]
		_, first := names[one.Book]
		if (further || first) && d.Removed == 0 {
			b := describe(one.Book, d, names)
			b.ReadOnly, b.Shared = one.ReadOnly, true
			list = append(list, b)
		}
	}
	return list, nil
}

// describe returns the book with a number; its document is empty for a first book that nobody has described.
func describe(id int64, d addressBook, names map[int64]string) assistant.AddressBook {
	b := assistant.AddressBook{
		ID: id, Account: cmp.Or(d.Owner, id), Name: cmp.Or(d.Name, assistant.FirstBook), Title: d.Title,
		Description: d.Description,
	}
	b.Owner = names[b.Account]
	return b
}

// DescribeBook implements [assistant.BookStore].
func (s *Store) DescribeBook(ctx context.Context, b assistant.AddressBook) error {
	if err := assistant.CheckBookTexts(b); err != nil {
		return err
	}
	texts := bson.D{{Key: "$set", Value: bson.D{
		{Key: "title", Value: b.Title}, {Key: "description", Value: b.Description},
	}}}
	filter := append(byID(b.ID), isThere())
	if b.ID == b.Account {
		texts = append(texts, bson.E{Key: "$setOnInsert", Value: bson.D{
			{Key: "owner", Value: b.ID},
			{Key: "name", Value: assistant.FirstBook},
			{Key: "name_folded", Value: search.LookupKey(assistant.FirstBook)},
		}})
	}
	result, err := s.books().UpdateOne(ctx, filter, texts, options.Update().SetUpsert(b.ID == b.Account))
	if err != nil {
		return fmt.Errorf("describe book: %w", err)
	}
	if result.MatchedCount+result.UpsertedCount == 0 {
		return &assistant.NotFoundError{Kind: assistant.KindBook, Ref: b.Ref()}
	}
	return nil
}

// RemoveBook implements [assistant.BookStore].
func (s *Store) RemoveBook(ctx context.Context, b assistant.AddressBook, at time.Time) error {
	if b.ID == b.Account {
		return assistant.ErrFirstBook
	}
	filter := append(byID(b.ID), bson.E{Key: "owner", Value: b.Account}, isThere())
	result, err := s.books().UpdateOne(ctx, filter, set("removed", at.UnixMilli()))
	if err == nil && result.MatchedCount == 0 {
		return &assistant.NotFoundError{Kind: assistant.KindBook, Ref: b.Ref()}
	}
	if err == nil {
		_, err = s.db.Collection(revisionName).UpdateOne(ctx, theRevision(b.ID), set("removed", true))
	}
	var old []addressBook
	if err == nil {
		before := at.AddDate(0, 0, -assistant.TrashDays).UnixMilli()
		filter := bson.D{{Key: "removed", Value: bson.D{{Key: "$gt", Value: int64(0)}, {Key: "$lt", Value: before}}}}
		err = all(ctx, s.books(), filter, options.Find(), &old)
	}
	for _, one := range old {
		if err == nil {
			err = s.dropBook(ctx, one.ID)
		}
	}
	if err != nil {
		return fmt.Errorf("remove book: %w", err)
	}
	return nil
}

// dropBook removes a further book with everything that was ever in it; its document is removed last, so that an
// interrupted removal is repeated. Its number is not reused.
func (s *Store) dropBook(ctx context.Context, id int64) error {
	for _, name := range append(bookCollections(), "removed", "shares") {
		if _, err := s.db.Collection(name).DeleteMany(ctx, ofBook(id)); err != nil {
			return err
		}
	}
	_, err := s.db.Collection(revisionName).UpdateOne(ctx, theRevision(id), set("removed", true))
	if err == nil {
		_, err = s.books().DeleteOne(ctx, byID(id))
	}
	return err
}

// bookCollections returns the collections with the content of books.
func bookCollections() []string {
	return []string{"contacts", "notes", "contact_versions", "note_versions", "merges", "marks", "cards", "card_marks"}
}

// RestoreBook implements [assistant.BookStore].
func (s *Store) RestoreBook(ctx context.Context, account int64, name string) error {
	filter := bson.D{
		{Key: "owner", Value: account},
		{Key: "name_folded", Value: search.LookupKey(name)},
		{Key: "removed", Value: bson.D{{Key: "$gt", Value: int64(0)}}},
	}
	var found []addressBook
	last := options.Find().SetSort(bson.D{{Key: "removed", Value: -1}}).SetLimit(1)
	err := all(ctx, s.books(), filter, last, &found)
	if err == nil && len(found) == 0 {
		return &assistant.NotFoundError{Kind: assistant.KindBook, Ref: name}
	}
	if err == nil {
		err = s.nameFree(ctx, account, name)
	}
	if err == nil {
		_, err = s.db.Collection(revisionName).UpdateOne(ctx, theRevision(found[0].ID), set("removed", false))
	}
	if err == nil {
		_, err = s.books().UpdateOne(ctx, byID(found[0].ID), set("removed", int64(0)))
	}
	if mongo.IsDuplicateKeyError(err) {
		err = fmt.Errorf("book %s: %w", name, assistant.ErrExists)
	}
	return err
}

// ShareBook implements [assistant.BookStore].
func (s *Store) ShareBook(ctx context.Context, one assistant.Share) error {
	d := share{accountKey(one.Book, fmt.Sprint(one.Account)), one.Book, one.Account, one.ReadOnly}
	_, err := s.shares().ReplaceOne(ctx, byID(d.Key), d, options.Replace().SetUpsert(true))
	if err != nil {
		return fmt.Errorf("share book: %w", err)
	}
	return nil
}

// UnshareBook implements [assistant.BookStore].
func (s *Store) UnshareBook(ctx context.Context, one assistant.Share) error {
	result, err := s.shares().DeleteOne(ctx, byID(accountKey(one.Book, fmt.Sprint(one.Account))))
	if err != nil || result.DeletedCount > 0 {
		return err
	}
	return &assistant.NotFoundError{Kind: assistant.KindShare, Ref: one.User}
}

// Shares implements [assistant.BookStore].
func (s *Store) Shares(ctx context.Context, account int64) ([]assistant.Share, error) {
	books, err := s.seen(ctx, account)
	if err != nil {
		return nil, fmt.Errorf("read shares: %w", err)
	}
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(accounts, func(a, b assistant.Account) int {
		return cmp.Compare(search.LookupKey(a.Name), search.LookupKey(b.Name))
	})
	list := []assistant.Share{}
	for _, b := range books {
		if b.Shared {
			continue
		}
		var found []share
		if err := all(ctx, s.shares(), ofBook(b.ID), options.Find(), &found); err != nil {
			return nil, fmt.Errorf("read shares: %w", err)
		}
		for _, a := range accounts {
			for _, d := range found {
				if d.Account == a.ID {
					list = append(list, assistant.Share{Book: b.ID, Account: a.ID, User: a.Name, ReadOnly: d.ReadOnly})
				}
			}
		}
	}
	return list, nil
}
