package console_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pythonweb/goweb/console"
)

func TestDirectories(t *testing.T) {
	for _, test := range []struct {
		name, variable, fallback string
		dir                      func(string) (string, error)
	}{
		{"data", "XDG_DATA_HOME", ".local/share", console.DataDir},
		{"config", "XDG_CONFIG_HOME", ".config", console.ConfigDir},
		{"state", "XDG_STATE_HOME", ".local/state", console.StateDir},
		{"cache", "XDG_CACHE_HOME", ".cache", console.CacheDir},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := func(want string) {
				t.Helper()
				if got, err := test.dir("demo"); err != nil || got != want {
					t.Errorf("got %q, %v, want %q", got, err, want)
				}
			}
			home := t.TempDir()
			t.Setenv("HOME", home)
			t.Setenv(test.variable, "/x/y")
			want("/x/y/demo")
			t.Setenv(test.variable, "x/y")
			want(filepath.Join(home, test.fallback, "demo"))
			t.Setenv(test.variable, "")
			want(filepath.Join(home, test.fallback, "demo"))
			if err := os.Unsetenv("HOME"); err != nil { // t.Setenv puts it back
				t.Fatal(err)
			}
			_, err := test.dir("demo")
			var e *console.Error
			if !errors.As(err, &e) || e.Code != console.Failed || e.Hint != "set HOME or "+test.variable {
				t.Errorf("without a home: %v", err)
			}
		})
	}
}
