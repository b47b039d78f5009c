package mongostore_test

import (
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

func TestMongoDB(t *testing.T) {
	server := storagetest.Mongo(t)
	storetest.Run(t, func(t *testing.T) assistant.Store {
		if strings.HasSuffix(t.Name(), "/OneOfManyWritersWins") {
			server.NeedConditionalWrites(t)
		}
		return open(t, server.MongoDatabase(t))
	})
}
