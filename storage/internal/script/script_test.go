package script_test

import (
	"reflect"
	"testing"

	"github.com/pythonweb/goweb/storage/internal/resp"
	"github.com/pythonweb/goweb/storage/internal/script"
	"github.com/pythonweb/goweb/storage/storagetest"
)

func connect(t *testing.T, arguments ...string) *resp.Conn {
	t.Helper()
	address, err := resp.Parse(storagetest.Redis(t, arguments...).URL + "?read_timeout=20s")
	if err != nil {
		t.Fatal(err)
	}
	c, err := resp.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// Redis accepts every script, and knows it by the digest that we do.
func TestDigests(t *testing.T) {
	c := connect(t)
	scripts := map[string]script.Script{"Hit": script.Hit()}
	all := reflect.ValueOf(script.All())
	for i := range all.NumField() {
		scripts[all.Type().Field(i).Name] = all.Field(i).Interface().(script.Script)
	}
	for name, s := range scripts {
		if got, err := c.Send("SCRIPT", "LOAD", s.Source); got != s.Digest || err != nil {
			t.Errorf("%s: %v, %v; want %s", name, got, err, s.Digest)
		}
	}
}

// All keys of a function are in one slot of a cluster, whatever its name is, and those of two functions are not the
// same.
func TestSlots(t *testing.T) {
	c := connect(t, "--cluster-enabled", "yes")
	seen := map[string][3]string{}
	for _, function := range [][3]string{
		{"app", "f", "1"},
		{"app:f", "1", ""},
		{"app", "f:1", ""},
		{"", "", ""},
		{"", "{", ""},
		{"", "}", ""},
		{"}", "", ""},
		{"", "{}", ""},
		{"", "a}b", ""},
		{"", "{a}b", ""},
		{"", "100%", ""},
		{"", "%7B", ""},
		{"", ":", ""},
	} {
		k := script.KeysOf(function[0], function[1], function[2])
		slot, err := c.Send("CLUSTER", "KEYSLOT", k.Values)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{k.Order, k.Meta, k.Lease("m}{"), k.Channel()} {
			if got, _ := c.Send("CLUSTER", "KEYSLOT", key); got != slot {
				t.Errorf("%q is in slot %v, %q in %v", key, got, k.Values, slot)
			}
		}
		if other, found := seen[k.Values]; found {
			t.Errorf("%q and %q have the same keys", function, other)
		}
		seen[k.Values] = function
	}
}
