package command

import (
	"io/fs"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pythonweb/goweb/assistant/internal/exchange"
	"github.com/pythonweb/goweb/console"
)

// isRemote reports whether a source is a server.
func isRemote(name string) bool {
	return strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://")
}

// remote returns the server of an https:// source. Unencrypted, it may only be this computer: the password would be
// visible on the network.
func (s *session) remote(name string) (exchange.Remote, error) {
	u, err := url.Parse(name)
	if err != nil || u.Host == "" {
		return exchange.Remote{}, console.Usagef("write it as https://example.com/dav/",
			"%q is not the address of a server", name)
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil ||
		!ip.IsLoopback()) {
		return exchange.Remote{}, console.Usagef("write it with https://", "%s",
			s.lang.Text("the password would be readable on the network"))
	}
	if s.String("login") == "" || s.String("password-file") == "" {
		return exchange.Remote{}, console.Usagef("give --login NAME and --password-file FILE", "%s",
			s.lang.Text("the server requires a name and a password"))
	}
	password, err := s.passwordIn(s.String("password-file"))
	return exchange.Remote{URL: name, Login: s.String("login"), Password: password}, err
}

// matching lists the files that match a pattern, as a shell does: hidden ones only if a part of the pattern begins with
// a dot.
func matching(pattern string) []string {
	found, _ := filepath.Glob(pattern) // an invalid pattern is a file that does not exist
	return slices.DeleteFunc(found, func(name string) bool {
		return strings.Contains("/"+filepath.ToSlash(name), "/.") && !strings.Contains("/"+filepath.ToSlash(pattern), "/.")
	})
}

// cardsBelow lists the vCard files in and below a folder, ordered by name: khard and vdirsyncer keep one for each
// contact.
func cardsBelow(folder string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != folder && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".vcf", ".vcard":
			if !entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
				found = append(found, path)
			}
		}
		return nil
	})
	return found, err
}
