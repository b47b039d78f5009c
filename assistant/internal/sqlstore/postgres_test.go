package sqlstore

import (
	"testing"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/storetest"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func TestPostgres(t *testing.T) {
	server := storagetest.Postgres(t)
	storetest.Run(t, func(t *testing.T) assistant.Store { return open(t, server.Database(t)) })
}
