package command

import (
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/pythonweb/goweb/console"
)

const passwordName = "password-file"

// password returns the function that provides the password of an archive: from the file that is named, or typed by the
// user.
func password(c *cli.Context) (func(string) (string, bool), error) {
	if path := c.String(passwordName); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fail("read the password", err)
		}
		secret := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
		return func(string) (string, bool) { return secret, secret != "" }, nil
	}
	t := console.From(c)
	if !t.Interactive() || c.Command.Name == "watch" {
		return nil, nil // nobody is there
	}
	var mu sync.Mutex // one question at a time
	return func(archive string) (string, bool) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(t.Err, "\r\x1b[KPassword of %s: ", quote(archive))
		secret, err := term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(t.Err)
		return string(secret), err == nil && len(secret) > 0
	}, nil
}
