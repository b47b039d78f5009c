package main

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/pythonweb/goweb/storage/storagetest"
)

// synchronousPair starts a server with a standby that confirms every change; store is a database of whichever of them
// can be written.
func synchronousPair(t *testing.T) (primary, standby *storagetest.Server, store string) {
	t.Helper()
	primary = storagetest.Postgres(t)
	standby = storagetest.Standby(t, primary)
	primary.Admin(t, "ALTER SYSTEM SET synchronous_standby_names = '*'")
	primary.Admin(t, "SELECT pg_reload_conf()")
	database := primary.Database(t)
	return primary, standby, bothHosts(t, database, standby.Through(t, database))
}

// bothHosts is the address of a database that one of two servers has, whichever can be written.
func bothHosts(t *testing.T, first, second string) string {
	t.Helper()
	a, err := url.Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	b, err := url.Parse(second)
	if err != nil {
		t.Fatal(err)
	}
	query := a.Query()
	query.Set("target_session_attrs", "read-write")
	return fmt.Sprintf("%s://%s@%s,%s%s?%s", a.Scheme, a.User, a.Host, b.Host, a.Path, query.Encode())
}
