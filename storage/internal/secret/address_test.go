package secret_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/storage/internal/secret"
)

func TestParse(t *testing.T) {
	for address, want := range map[string][2]string{
		"redis://h":                         {"h", ""},
		"redis://h:1/2":                     {"h:1", "2"},
		"redis://u:p@h:1/2?x=y":             {"h:1", "2"},
		"postgres://u:p%40ss%2F@h/a%20b":    {"h", "a b"},
		"postgres://u@h1:1,h2:2/d":          {"h1:1,h2:2", "d"},
		"postgres://u@%2Frun%2Fpostgres/d":  {"%2Frun%2Fpostgres", "d"},
		"redis://[::1]:6379":                {"[::1]:6379", ""},
		"mongodb://u:p@h/?authSource=admin": {"h", ""},
	} {
		a, err := secret.Parse(address)
		if err != nil || a.Hosts != want[0] || a.Path != want[1] {
			t.Errorf("%s: %+v, %v; want %q", address, a, err, want)
		}
	}
}

// What can be read in two ways is refused, and nothing of it is repeated.
func TestParseRefuses(t *testing.T) {
	for _, address := range []string{
		"", "HUNTER2", "u:HUNTER2@h", "redis://u:HUN TER2@h", "redis://u:HUNTER2\n@h", "redis://u:HUN/HUNTER2@h",
		"redis://u:HUN#HUNTER2@h",
		"redis://u:HUN?HUNTER2@h", "redis://u:HUN@HUNTER2@h", "redis://u:HUNTER2%@h", "redis://u%:HUNTER2@h",
		"redis://u:p@h:HUNTER2",
		"redis://h/%HUNTER2", "redis://h/?%HUNTER2", "redis://h/?HUNTER2", "redis://[HUNTER2", "redis://h<HUNTER2",
	} {
		if _, err := secret.Parse(address); !errors.Is(err, secret.ErrAddress) || strings.Contains(err.Error(), "HUNTER2") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// A password does not show in an error, whether it stands there as it was written or decoded.
func TestHide(t *testing.T) {
	a, err := secret.Parse("postgres://u:HUN%2FTER2@h/d?sslpassword=KEY%20PASS&x=shown")
	if err != nil {
		t.Fatal(err)
	}
	hidden := a.Hide(fmt.Errorf("dial HUN%%2FTER2, HUN/TER2, KEY PASS, KEY%%20PASS, shown: %w", fs.ErrNotExist))
	if want := "dial xxxxx, xxxxx, xxxxx, xxxxx, shown: file does not exist"; hidden.Error() != want {
		t.Errorf("%q, want %q", hidden, want)
	}
	if !errors.Is(hidden, fs.ErrNotExist) {
		t.Error("the error's kind is hidden too")
	}
}

func TestUserInfo(t *testing.T) {
	for rest, want := range map[string][2]string{
		"h/1": {}, "u@h": {"u", ""}, ":p@h": {"", "p"}, "u:p%40%3A@h/1?x=a@b": {"u", "p@:"}, "u:p:q@h": {"u", "p:q"},
	} {
		if user, password := secret.UserInfo(rest); [2]string{user, password} != want {
			t.Errorf("%s: %q, %q; want %q", rest, user, password, want)
		}
	}
}
