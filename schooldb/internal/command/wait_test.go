package command

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
)

// Whoever waits for another program is told so, and nobody else.
func TestPatiently(t *testing.T) {
	for took, want := range map[time.Duration]bool{0: false, 900 * time.Millisecond: false, 3 * time.Second: true} {
		var said strings.Builder
		app := &cli.App{Name: "schooldb", Action: func(c *cli.Context) error {
			return patiently(console.From(c), func() error {
				time.Sleep(took) // of the bubble
				return nil
			})
		}}
		streams := console.Streams{In: strings.NewReader(""), Out: &strings.Builder{}, Err: &said}
		synctest.Test(t, func(t *testing.T) {
			if code := console.Run(t.Context(), app, []string{"schooldb"}, streams); code != 0 {
				t.Errorf("%v: code %d", took, code)
			}
		})
		if got := strings.Contains(said.String(), "waiting for another program"); got != want {
			t.Errorf("%v: %q", took, said.String())
		}
	}
}
