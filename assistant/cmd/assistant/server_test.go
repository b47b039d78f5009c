package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/storage/storagetest"
)

// TestBackupOfAServer: a store that cannot be backed up says what can be done instead.
func TestBackupOfAServer(t *testing.T) {
	t.Parallel()
	dsn := storagetest.Postgres(t).Database(t)
	out, err := exec.Command("assistant", "--store", dsn, "db", "backup", "x.db").CombinedOutput()
	want := "assistant: the store is on a server, which backs it up itself " +
		"(use pg_dump or mongodump, or assistant db export FILE.json)\n"
	if err == nil || err.Error() != "exit status 1" || !strings.HasSuffix(string(out), want) {
		t.Errorf("%v: %s", err, out)
	}
}
