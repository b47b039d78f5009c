package lanchat_test

import (
	"errors"
	"testing"

	"github.com/pythonweb/goweb/lanchat"
)

// TestParseAddress gives the port to every address, leaves names alone, and refuses what can never be reached.
func TestParseAddress(t *testing.T) {
	for word, want := range map[string]string{
		"10.0.0.5": "10.0.0.5:7117", "10.0.0.5:80": "10.0.0.5:80", "10.0.0.5:07117": "10.0.0.5:7117",
		"::1": "[::1]:7117", "[::1]": "[::1]:7117", "[::1]:80": "[::1]:80", "2001:db8::1": "[2001:db8::1]:7117",
		"fe80::1%eth0": "[fe80::1%eth0]:7117", "[fe80::1%eth0]": "[fe80::1%eth0]:7117",
		"[fe80::1%eth0]:9": "[fe80::1%eth0]:9",
		"::ffff:10.0.0.5":  "10.0.0.5:7117", "169.254.1.2": "169.254.1.2:7117",
		"example.org:7118": "example.org:7118", "localhost": "", "anna": "", "Bohdan у залі": "", "example.org": "",
		"10.0.0": "",
	} {
		have, err := lanchat.ParseAddress(word)
		if err != nil || have != want {
			t.Errorf("%q: %q, %v, want %q", word, have, err, want)
		}
	}
	for _, word := range []string{
		"", ":7117", "host:", "host:0", "host:65536", "host:x", "a:b:c", "[::1", "[anna]", "fe80::1", "[fe80::1]",
		"[fe80::1]:7117", "host:-1",
	} {
		have, err := lanchat.ParseAddress(word)
		var bad *lanchat.AddressError
		if !errors.As(err, &bad) || bad.Hint == "" || have != "" {
			t.Errorf("%q: %q, %v", word, have, err)
		}
	}
}
