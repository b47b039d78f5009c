package resp

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/storage/internal/protocol"
)

// ErrElsewhere says that an address is of a kind that this package cannot reach.
var ErrElsewhere = errors.New("not a redis:// or unix:// address of this computer, a numeric host or one in /etc/hosts")

// Address is where a server is, and how to log in.
type Address struct {
	Host           string // with port; empty for a socket
	Socket         string // path
	user, password string
	database       int
	Timeout        time.Duration // how long the server may take to answer for the first time
	Patience       time.Duration // and later on
}

// Parse reads an address of the form redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE][?read_timeout=DURATION], or
// unix://[[USER]:PASSWORD@]/SOCKET[?db=DATABASE][&read_timeout=DURATION]. It understands no other, and of these only
// what is unambiguous; its only error is ErrElsewhere.
func Parse(address string) (Address, error) {
	a := Address{Timeout: protocol.FirstAnswer, Patience: protocol.Patience}
	scheme, rest, _ := strings.Cut(address, "://")
	if scheme != "redis" && scheme != "unix" || strings.ContainsFunc(address, unclear) {
		return Address{}, ErrElsewhere
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	user, host, found := strings.Cut(authority, "@")
	if !found {
		user, host = "", authority
	}
	if strings.Contains(host+path+query, "@") || strings.ContainsAny(host+query, "%,;+") {
		return Address{}, ErrElsewhere
	}
	a.Host = host
	user, password, _ := strings.Cut(user, ":")
	a.user, a.password = user, password
	for _, part := range []*string{&a.user, &a.password, &path} {
		var ok bool
		if *part, ok = unescape(*part); !ok {
			return Address{}, ErrElsewhere
		}
	}
	database := path
	switch {
	case scheme == "unix" && host == "" && path != "":
		a.Socket, database = "/"+path, ""
	case scheme == "unix":
		return Address{}, ErrElsewhere
	case host == "":
		a.Host = "127.0.0.1:6379"
	case strings.LastIndexByte(host, ':') <= strings.LastIndexByte(host, ']'):
		a.Host += ":6379"
	}
	if !a.set(query, &database) {
		return Address{}, ErrElsewhere
	}
	if database != "" {
		var err error
		if a.database, err = strconv.Atoi(database); err != nil || a.database < 0 {
			return Address{}, ErrElsewhere
		}
	}
	return a, nil
}

// set applies the query of an address, and reports whether it has understood all of it.
func (a *Address) set(query string, database *string) bool {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		switch key, value, _ := strings.Cut(pair, "="); key {
		case "db":
			*database = value
		case "read_timeout":
			timeout, err := time.ParseDuration(value)
			if err != nil || timeout <= 0 {
				return false
			}
			a.Timeout, a.Patience = timeout, timeout
		default:
			return false
		}
	}
	return true
}

// unclear reports whether a character does not belong in an address.
func unclear(c rune) bool { return c <= ' ' || c == 0x7f || c == '#' }

// unescape decodes %XX.
func unescape(text string) (string, bool) {
	var b strings.Builder
	for text != "" {
		before, after, found := strings.Cut(text, "%")
		b.WriteString(before)
		if !found {
			break
		}
		if len(after) < 2 {
			return "", false
		}
		c, err := strconv.ParseUint(after[:2], 16, 8)
		if err != nil || after[0] == '+' {
			return "", false
		}
		b.WriteByte(byte(c))
		text = after[2:]
	}
	return b.String(), true
}
