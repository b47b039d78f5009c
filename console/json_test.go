package console_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// A command that finds out for itself that JSON is wanted also fails in JSON.
func TestUseJSON(t *testing.T) {
	app := &cli.App{Name: "demo", Action: func(c *cli.Context) error {
		console.From(c).UseJSON()
		return console.Errorf(console.NotFound, "look again", "no %s", "thing")
	}}
	var out, errs bytes.Buffer
	code := console.Run(t.Context(), app, []string{"demo"},
		console.Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
	want := `{"error":{"code":"not_found","message":"no thing","hint":"look again"}}` + "\n"
	if code != 4 || errs.String() != want || out.Len() > 0 {
		t.Errorf("code %d, %q, want %q", code, errs.String(), want)
	}
}
