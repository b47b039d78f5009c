package datadir_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
)

func open(t *testing.T) datadir.Directory {
	t.Helper()
	d, err := datadir.Open(filepath.Join(t.TempDir(), "a", "data"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestOwnerOnly keeps everybody else out of the directory, also of one that was open to them, and of the key.
func TestOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	d, err := datadir.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Identity(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o700, filepath.Join(path, "identity.pem"): 0o600} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode().Perm(), err)
		}
	}
}

// TestOneIdentity is the same for all who ask for it first at the same time.
func TestOneIdentity(t *testing.T) {
	d := open(t)
	keys := make(chan lanchat.Key, 16)
	var asking sync.WaitGroup
	for range cap(keys) {
		asking.Go(func() {
			identity, err := d.Identity()
			if err != nil {
				t.Error(err)
				return
			}
			keys <- identity.Key()
		})
	}
	asking.Wait()
	first := <-keys
	for range len(keys) {
		if key := <-keys; key != first {
			t.Errorf("%x and %x", first, key)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(string(d), ".identity-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDamagedIdentity(t *testing.T) {
	d := open(t)
	if err := os.WriteFile(filepath.Join(string(d), "identity.pem"), []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Identity(); err == nil {
		t.Error("a damaged key was taken, or replaced")
	}
}

// TestLock is held by one, and tells others where it listens for as long.
func TestLock(t *testing.T) {
	d := open(t)
	lock, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Lock(); !errors.Is(err, datadir.ErrInUse) {
		t.Errorf("err %v", err)
	}
	if err := lock.Announce("192.0.2.100:7117"); err != nil {
		t.Fatal(err)
	}
	if err := lock.Announce("192.0.2.1:7117"); err != nil {
		t.Fatal(err)
	}
	if address, ok := d.Listening(); address != "192.0.2.1:7117" || !ok {
		t.Errorf("%q, %v", address, ok)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if address, ok := d.Listening(); ok {
		t.Errorf("still %q", address)
	}
	again, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Release()
}

// TestClaim is alive until it is released, and no name is alive that nobody has claimed.
func TestClaim(t *testing.T) {
	d := open(t)
	one, err := d.Claim()
	if err != nil {
		t.Fatal(err)
	}
	two, err := d.Claim()
	if err != nil {
		t.Fatal(err)
	}
	if one.Name == two.Name || !d.Alive(one.Name) || !d.Alive(two.Name) || d.Alive("nobody") || d.Alive("") {
		t.Errorf("%v, %v", one, two)
	}
	if err := one.Release(); err != nil {
		t.Fatal(err)
	}
	if d.Alive(one.Name) || !d.Alive(two.Name) {
		t.Error("the wrong one has died")
	}
	_ = two.Release()
}
