// Package secret makes and checks passwords. A store keeps only their hashes: argon2id in PHC string format, which
// includes the parameters, so that they can be raised and old hashes still match.
package secret

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// The parameters of new hashes are the first ones that OWASP recommends: 19 MiB, two passes, one thread.
const (
	memory  = 19 << 10 // KiB
	passes  = 2
	threads = 1
	saltLen = 16
	keyLen  = 32
)

// The most that a hash may ask for when it is checked: a hash from a file must not use up all memory.
const (
	mostMemory = 1 << 20 // KiB
	mostPasses = 64
)

// How long a password may be, in bytes.
const (
	Shortest = 8
	longest  = 1024
)

// Check refuses what should not be used as a password.
func Check(password string) error {
	switch {
	case utf8.RuneCountInString(password) < Shortest:
		return errors.New("the password has fewer than 8 characters")
	case len(password) > longest:
		return errors.New("the password has more than 1024 bytes")
	}
	return nil
}

// Hash returns the hash of a password.
func Hash(password string) string {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(password), salt, passes, memory, threads, keyLen)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// parsed is a parsed hash.
type parsed struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

func parse(hash string) (p parsed, ok bool) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.threads); err != nil {
		return p, false
	}
	if p.memory == 0 || p.memory > mostMemory || p.passes == 0 || p.passes > mostPasses || p.threads == 0 {
		return p, false
	}
	var err error
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return p, false
	}
	p.key, err = base64.RawStdEncoding.DecodeString(parts[5])
	return p, err == nil && len(p.key) >= 16 && len(p.key) <= 128
}

// IsHash reports whether a text is a hash that [Matches] can check.
func IsHash(hash string) bool {
	_, ok := parse(hash)
	return ok
}

// Matches reports whether a hash is that of a password. It takes as long for a wrong one as for the right one; for a
// text that is not a hash, that of an account without a password, it returns false after the same time.
func Matches(hash, password string) bool {
	p, ok := parse(hash)
	if !ok {
		p = parsed{memory: memory, passes: passes, threads: threads, salt: make([]byte, saltLen), key: make([]byte, keyLen)}
	}
	if len(password) > longest {
		return false
	}
	key := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.threads, uint32(len(p.key)))
	return subtle.ConstantTimeCompare(key, p.key) == 1 && ok
}

// NewAppPassword returns a password of 130 bits, in groups that are easy to type: it is shown only once.
func NewAppPassword() string {
	text := strings.ToLower(rand.Text())
	var groups []string
	for i := 0; i < len(text); i += 5 {
		groups = append(groups, text[i:min(i+5, len(text))])
	}
	return strings.Join(groups, "-")
}
