// Package secret keeps the passwords of server addresses out of error messages. An address is a URL such as
// postgres://user:password@host:5432/database. Libraries that parse one put it, or the part that they did not
// understand, into their errors; a password with an unescaped special character then shows in a log. So an address is
// first parsed here, which refuses what is ambiguous and says nothing about it except how to correct it.
package secret

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// ErrAddress says that an address cannot be read with certainty. It repeats no part of it.
var ErrAddress = errors.New(
	"the address is not a valid URL (in a user name or password write @ as %40, : as %3A, / as %2F, ? as %3F, " +
		"# as %23, % as %25)",
)

// Address is an address whose parts are known with certainty.
type Address struct {
	// Hosts is what follows the user name and password: one host, or several with commas, each with its port if given.
	Hosts string
	Path  string // decoded, without its first slash

	query   url.Values
	secrets []string
}

// Parse takes an address apart. Unlike net/url it accepts several hosts. Its only error is ErrAddress.
func Parse(address string) (*Address, error) {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		return nil, ErrAddress
	}
	for _, c := range []byte(address) {
		if c <= ' ' || c == 0x7f {
			return nil, ErrAddress
		}
	}
	authority, tail := rest, ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority, tail = rest[:end], rest[end:]
	}
	// Behind the hosts an @ or # is almost certainly part of a password with an unescaped / or ?.
	if strings.ContainsAny(tail, "@#") {
		return nil, ErrAddress
	}
	a := &Address{Hosts: authority}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		a.Hosts = authority[at+1:]
		user, password, _ := strings.Cut(authority[:at], ":")
		if strings.ContainsRune(authority[:at], '@') { // some parsers end the password at the first @, some at the last
			return nil, ErrAddress
		}
		if _, err := url.PathUnescape(user); err != nil {
			return nil, ErrAddress
		}
		decoded, err := url.PathUnescape(password)
		if err != nil {
			return nil, ErrAddress
		}
		a.hide(password, decoded)
	}
	if !validHosts(a.Hosts) {
		return nil, ErrAddress
	}
	return a, a.parseTail(tail)
}

// parseTail reads the path and the query.
func (a *Address) parseTail(tail string) error {
	path, query, _ := strings.Cut(tail, "?")
	var err error
	if a.Path, err = url.PathUnescape(strings.TrimPrefix(path, "/")); err != nil {
		return ErrAddress
	}
	if a.query, err = url.ParseQuery(query); err != nil {
		return ErrAddress
	}
	for pair := range strings.SplitSeq(query, "&") {
		key, raw, found := strings.Cut(pair, "=")
		if !found && key != "" {
			return ErrAddress
		}
		if isSecret(key) {
			a.hide(raw)
		}
	}
	for key, values := range a.query {
		if isSecret(key) {
			a.hide(values...)
		}
	}
	return nil
}

// validHosts reports whether hosts looks like host names with numeric ports, and so like no misplaced password.
func validHosts(hosts string) bool {
	for host := range strings.SplitSeq(hosts, ",") {
		if decoded, err := url.PathUnescape(host); err != nil {
			return false
		} else if strings.HasPrefix(decoded, "/") {
			continue // a directory of sockets
		}
		name, port := host, ""
		if end := strings.LastIndexByte(host, ']'); strings.HasPrefix(host, "[") && end > 0 {
			name, port = "", strings.TrimPrefix(host[end+1:], ":")
		} else {
			name, port, _ = strings.Cut(host, ":")
		}
		if strings.Trim(port, "0123456789") != "" || strings.ContainsAny(name, "[]\"\\<>^`{|}%") {
			return false
		}
	}
	return true
}

// Value returns what the address's query sets key to; empty when it does not.
func (a *Address) Value(key string) string { return a.query.Get(key) }

// Has reports whether the address's query sets key.
func (a *Address) Has(key string) bool { return a.query.Has(key) }

// Only reports whether the address's query sets nothing but these keys.
func (a *Address) Only(keys ...string) bool {
	for key := range a.query {
		if !slices.Contains(keys, key) {
			return false
		}
	}
	return true
}

// hide adds secrets, of which Hide leaves nothing.
func (a *Address) hide(secrets ...string) {
	for _, s := range secrets {
		if s != "" {
			a.secrets = append(a.secrets, s)
		}
	}
}

// Mask returns text with every occurrence of the address's secrets masked.
func (a *Address) Mask(text string) string {
	for _, s := range a.secrets {
		text = strings.ReplaceAll(text, s, "xxxxx")
	}
	return text
}

// Hide returns err with every occurrence of the address's secrets in its message masked. errors.Is and errors.As see
// err.
func (a *Address) Hide(err error) error {
	return &hidden{a.Mask(err.Error()), err}
}

type hidden struct {
	message string
	err     error
}

func (h *hidden) Error() string { return h.message }
func (h *hidden) Unwrap() error { return h.err }

// UserInfo returns the decoded user name and password of an address without its scheme, which Parse has accepted.
func UserInfo(rest string) (user, password string) {
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 {
		return "", ""
	}
	user, password, _ = strings.Cut(rest[:at], ":")
	user, _ = url.PathUnescape(user)
	password, _ = url.PathUnescape(password)
	return user, password
}
