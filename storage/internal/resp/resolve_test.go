package resp

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Numbers and names of the file are found here; all else is left to those who can ask the network.
func TestTarget(t *testing.T) {
	hosts := filepath.Join(t.TempDir(), "hosts")
	const text = "127.0.0.1 localhost\n::1 six # seven\n10.0.0.1\tmy.host  alias\nnonsense eight\n"
	if err := os.WriteFile(hosts, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"localhost:1": "127.0.0.1:1", "192.0.2.1:2": "192.0.2.1:2", "[2001:db8::2]:3": "[2001:db8::2]:3",
		"six:4": "[::1]:4", "MY.host:4": "10.0.0.1:4", "alias:4": "10.0.0.1:4",
		"seven:4": "", "eight:4": "", "none.test:4": "", "alias:x": "", "alias:99999": "", "a:1,b:2": "",
	} {
		got, err := target(host, hosts)
		if want == "" {
			if !errors.Is(err, ErrElsewhere) {
				t.Errorf("%s: %s, %v", host, got, err)
			}
		} else if err != nil || got.String() != want {
			t.Errorf("%s: %s, %v; want %s", host, got, err, want)
		}
	}
}
