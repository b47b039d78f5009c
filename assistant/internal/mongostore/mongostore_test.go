package mongostore_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/mongostore"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func open(t *testing.T, dsn string) *mongostore.Store {
	t.Helper()
	s, err := mongostore.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for range 2 { // the second time there is nothing to do
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// What MongoDB cannot keep is named.
func TestTooLargeForADocument(t *testing.T) {
	s := open(t, storagetest.Mongo(t).MongoDatabase(t))
	large := storetest.FullContact()
	large.Photo = &assistant.Photo{MediaType: "image/jpeg", Data: make([]byte, 17<<20)}
	for what, write := range map[string]func(context.Context, ...*assistant.Contact) error{"save": s.SaveContacts, "restore": s.RestoreContacts} {
		var field *assistant.FieldError
		if err := write(t.Context(), large); !errors.As(err, &field) || field.Field != "contact "+large.ID {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestMongoDB(t *testing.T) {
	server := storagetest.Mongo(t)
	storetest.Run(t, func(t *testing.T) assistant.Store {
		if strings.HasSuffix(t.Name(), "/OneOfManyWritersWins") {
			server.NeedConditionalWrites(t)
		}
		return open(t, server.MongoDatabase(t))
	})
}
