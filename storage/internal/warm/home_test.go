package warm

import (
	"path"
	"testing"

	"github.com/pythonweb/goweb/console"
)

// The directories are those that the rest of the program takes.
func TestHome(t *testing.T) {
	for _, directory := range []string{"", "/home/x", "/home/y/", "relative"} {
		for _, base := range []string{"", "/base", "relative"} {
			t.Setenv("HOME", directory)
			t.Setenv("XDG_CACHE_HOME", base)
			t.Setenv("XDG_CONFIG_HOME", base)
			for _, test := range []struct {
				variable, fallback string
				want               func(string) (string, error)
			}{{"XDG_CACHE_HOME", ".cache", console.CacheDir}, {"XDG_CONFIG_HOME", ".config", console.ConfigDir}} {
				want, unknown := test.want("lrucache")
				got, err := home(test.variable, test.fallback)
				if (err != nil) != (unknown != nil) || err == nil && path.Clean(got) != want {
					t.Errorf("HOME=%s %s=%s: %s, %v; want %s", directory, test.variable, base, got, err, want)
				}
			}
		}
	}
}
