package secret

import (
	"strings"
	"testing"
)

func TestHash(t *testing.T) {
	hash := Hash("правильний кінь")
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || !IsHash(hash) {
		t.Errorf("hash %q", hash)
	}
	if hash == Hash("правильний кінь") {
		t.Error("two hashes of one password are the same")
	}
	for password, want := range map[string]bool{
		"правильний кінь": true, "правильний кін": false, "": false, strings.Repeat("x", 2000): false,
	} {
		if got := Matches(hash, password); got != want {
			t.Errorf("%.20q matches: %v", password, got)
		}
	}
}

// A hash of another program with other parameters is read; what is none, or asks for too much, matches nothing.
func TestForeignHashes(t *testing.T) {
	for hash, want := range map[string]bool{
		// argon2id of "password" with the salt "somesalt": of the reference implementation's own tests.
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc":      true,
		"$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc": false,
		"$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc":      false,
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$":                                                 false,
		"$2a$10$abcdefghijklmnopqrstuv":                                                               false,
		"":                                                                                            false,
	} {
		if got := Matches(hash, "password"); got != want || IsHash(hash) != want {
			t.Errorf("%q: %v", hash, got)
		}
	}
}

func TestCheck(t *testing.T) {
	for password, good := range map[string]bool{"коротко": false, "вісімсим": true, strings.Repeat("x", 1025): false} {
		if err := Check(password); (err == nil) != good {
			t.Errorf("%.20q: %v", password, err)
		}
	}
}

func TestNewAppPassword(t *testing.T) {
	a, b := NewAppPassword(), NewAppPassword()
	if a == b || len(strings.ReplaceAll(a, "-", "")) != 26 {
		t.Errorf("%q and %q", a, b)
	}
}

func FuzzMatches(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Fuzz(func(t *testing.T, hash string) {
		if p, ok := parse(hash); ok && (p.memory > mostMemory || p.passes > mostPasses) {
			t.Errorf("%q asks for too much", hash)
		}
	})
}
