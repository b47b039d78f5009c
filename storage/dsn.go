package storage

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pythonweb/goweb/storage/internal/secret"
)

// ErrScheme is returned for a DSN that names no known kind of database. The error repeats no part of the DSN.
var ErrScheme = errors.New("unknown kind of database " +
	"(want sqlite:PATH, sqlite::memory:, postgres://USER@HOST/DB or host=HOST dbname=DB)")

// A form of a DSN, told by its scheme.
type form int

const (
	unknownForm  form = iota
	sqliteForm        // sqlite:PATH
	urlForm           // postgres://…
	keywordsForm      // host=… dbname=…
)

// split returns the form of dsn and what follows its scheme. Schemes are case-insensitive (RFC 3986, 3.1).
func split(dsn string) (form, string) {
	if secret.IsKeywords(dsn) {
		return keywordsForm, dsn
	}
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch strings.ToLower(scheme) {
	case "sqlite":
		if !looksLikeAddress(rest) {
			return sqliteForm, rest
		}
	case "postgres", "postgresql":
		if strings.HasPrefix(rest, "//") {
			return urlForm, rest
		}
	}
	return unknownForm, ""
}

// DSN turns what a user has typed into a DSN for Open: an address as it is, and the plain path of a file as
// sqlite:PATH. It returns ErrScheme for an address of another kind of database and for what might be a misspelt
// address, which could hold a password and must become neither the name of a file nor part of a message.
func DSN(text string) (string, error) {
	if f, _ := split(text); f != unknownForm {
		return text, nil
	}
	if text == "" || looksLikeAddress(text) {
		return "", ErrScheme
	}
	return "sqlite:" + text, nil
}

// Redact returns dsn in a form that may be shown: its passwords are masked, and nothing is left of a DSN that Open
// would not understand.
func Redact(dsn string) string {
	var a *secret.Address
	var err error
	switch f, _ := split(dsn); f {
	case sqliteForm:
		return dsn
	case urlForm:
		a, err = secret.Parse(dsn)
	case keywordsForm:
		a, err = secret.ParseKeywords(dsn)
	default:
		return "an address of an unknown form"
	}
	if err != nil {
		return "an address that is not valid"
	}
	return a.Mask(dsn)
}

// looksLikeAddress reports whether text is more likely a server's address, perhaps a misspelt one, than the path of a
// file.
func looksLikeAddress(text string) bool {
	patterns := []string{
		`://`,                    // mysql://…, "postgres://…"
		`(?i)pass(word|wd)?\s*=`, // user=u password=p
		`(?i)^\W*(postgres|pgsql|mysql|mongodb|sqlserver|redis)\w*(\+\w+)?:?/?/?[^/]*[:@]`, // postgres//u:p@h, postgres:u:p@h
		`^//[^/]*@`,                     // //u:p@h/db
		`^[^/\s]+:[^/\s]+@[^/\s]+(/|$)`, // u:p@h/db
	}
	for _, p := range patterns {
		if regexp.MustCompile(p).MatchString(text) {
			return true
		}
	}
	return false
}

// parseServer takes a PostgreSQL address apart. No error holds a part of it.
func parseServer(f form, dsn string) (*secret.Address, error) {
	var a *secret.Address
	var err error
	if f == keywordsForm {
		a, err = secret.ParseKeywords(dsn)
	} else {
		a, err = secret.Parse(dsn)
	}
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", err)
	}
	return a, nil
}
