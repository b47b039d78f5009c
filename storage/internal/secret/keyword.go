package secret

import (
	"errors"
	"net/url"
	"strings"
)

// ErrKeywords says that libpq's form of an address cannot be read with certainty. It repeats no part of it.
var ErrKeywords = errors.New("the address is not a valid list of key=value " +
	`(put a value with spaces in single quotes, and a backslash before a quote or backslash in it)`)

const blanks = " \t\n\r\v\f"

// IsKeywords reports whether text is meant as libpq's form of an address, such as host=localhost dbname=school.
func IsKeywords(text string) bool {
	text = strings.TrimLeft(text, blanks)
	key, _, found := strings.Cut(text, "=")
	switch strings.ToLower(strings.TrimRight(key, blanks)) {
	case "host", "hostaddr", "port", "dbname", "database", "user", "password", "passfile", "service", "servicefile",
		"sslmode", "connect_timeout", "application_name", "options", "search_path":
		return found
	}
	return false
}

// ParseKeywords takes an address of libpq's form apart. Its only error is ErrKeywords.
func ParseKeywords(text string) (*Address, error) {
	a := &Address{query: url.Values{}}
	for text = strings.TrimLeft(text, blanks); text != ""; {
		key, rest, found := strings.Cut(text, "=")
		if key = strings.TrimRight(key, blanks); !found || key == "" || strings.ContainsAny(key, blanks+`'\`) {
			return nil, ErrKeywords
		}
		value, raw, rest, ok := keywordValue(strings.TrimLeft(rest, blanks))
		if !ok {
			return nil, ErrKeywords
		}
		a.query.Set(key, value)
		if isSecret(key) {
			a.hide(value, raw)
		}
		text = strings.TrimLeft(rest, blanks)
	}
	a.Hosts, a.Path = a.query.Get("host"), a.query.Get("dbname")
	if port := a.query.Get("port"); port != "" && a.Hosts != "" && !strings.Contains(port, ",") {
		a.Hosts += ":" + port
	}
	return a, nil
}

// keywordValue returns the value at the start of text as it is meant and as it is written, and what follows it.
func keywordValue(text string) (value, raw, rest string, ok bool) {
	quoted := strings.HasPrefix(text, "'")
	end := 0
	if quoted {
		end = 1
	}
	start := end
	var b strings.Builder
	for ; end < len(text); end++ {
		c := text[end]
		switch {
		case c == '\\' && end+1 < len(text):
			end++
			b.WriteByte(text[end])
			continue
		case quoted && c == '\'':
			rest = text[end+1:]
			// What follows a closing quote at once is most likely the rest of a password with a quote in it.
			return b.String(), text[start:end], rest, rest == "" || strings.IndexByte(blanks, rest[0]) >= 0
		case !quoted && strings.IndexByte(blanks, c) >= 0:
			return b.String(), text[start:end], text[end:], true
		}
		b.WriteByte(c)
	}
	return b.String(), text[start:], "", !quoted
}

// isSecret reports whether what key names is a secret.
func isSecret(key string) bool {
	key = strings.ToLower(key)
	return strings.Contains(key, "pass") || strings.Contains(key, "propert") || strings.Contains(key, "token") ||
		strings.Contains(key, "secret")
}
