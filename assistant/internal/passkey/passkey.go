// Package passkey verifies what a browser and an authenticator say about a passkey: Web Authentication, level 3
// (https://www.w3.org/TR/webauthn-3/), for credentials with ES256 and RS256, without attestation. It knows nothing of
// stores and requests.
//
// [Party.Register] reads a new credential, [Party.Verify] checks a login with it. Both need a challenge that was made
// for this browser a moment ago and is used only once: [NewChallenge].
package passkey

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrWrong reports that the data does not prove the possession of a passkey.
var ErrWrong = errors.New("the passkey was not accepted")

// The supported algorithms, by their COSE numbers.
const (
	ES256 = -7
	RS256 = -257
)

// A Credential is a passkey as the server stores it.
type Credential struct {
	ID      []byte    `json:"id"`
	Key     []byte    `json:"key"`  // the public key, as SubjectPublicKeyInfo
	Name    string    `json:"name"` // as its owner calls it
	Count   uint32    `json:"count,omitempty"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"`
}

// NewChallenge returns 32 random bytes in base64url.
func NewChallenge() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// A Party is the site that a user logs in to.
type Party struct {
	ID     string // its host name
	Origin string // "https://book.example.com"

	// Verified requires that the authenticator has verified the user, by fingerprint, face or PIN. Without a password, a
	// passkey is only accepted if it has.
	Verified bool
}

// A New is what the browser sends about a new credential: the bytes of its response to create.
type New struct {
	ClientData, AuthenticatorData, Key []byte // Key is the result of getPublicKey
}

// A Login is what the browser sends about an assertion: the bytes of its response to get.
type Login struct {
	ClientData, AuthenticatorData, Signature []byte
}

// Register returns a new credential. Whoever registers one is logged in, and nothing attests the key: the browser is
// trusted in this. Error: [ErrWrong], wrapped.
func (p Party) Register(challenge string, n New) (*Credential, error) {
	if err := p.clientData("webauthn.create", challenge, n.ClientData); err != nil {
		return nil, err
	}
	count, rest, err := p.authenticator(n.AuthenticatorData)
	if err != nil {
		return nil, err
	}
	// The AAGUID, the length of the id, the id, and the key in COSE form.
	const head = 18
	if n.AuthenticatorData[flagsAt]&flagAttested == 0 || len(rest) < head {
		return nil, wrong("there is no credential in it")
	}
	length := int(binary.BigEndian.Uint16(rest[16:head]))
	if length == 0 || length > maxID || len(rest) <= head+length {
		return nil, wrong("the id of the credential is cut off or too long")
	}
	if _, err := publicKey(n.Key); err != nil {
		return nil, err
	}
	return &Credential{ID: bytes.Clone(rest[head : head+length]), Key: n.Key, Count: count}, nil
}

// Verify checks that an assertion is one of a credential, and returns how often it has been used, according to the
// authenticator, or 0 if it does not count. Error: [ErrWrong], wrapped.
func (p Party) Verify(c *Credential, challenge string, l Login) (uint32, error) {
	if err := p.clientData("webauthn.get", challenge, l.ClientData); err != nil {
		return 0, err
	}
	count, _, err := p.authenticator(l.AuthenticatorData)
	if err != nil {
		return 0, err
	}
	if count <= c.Count && (count != 0 || c.Count != 0) {
		return 0, wrong("it has been used more often than that: there is a copy of it")
	}
	key, err := publicKey(c.Key)
	if err != nil {
		return 0, err
	}
	hash := sha256.Sum256(l.ClientData)
	signed := sha256.Sum256(append(bytes.Clone(l.AuthenticatorData), hash[:]...))
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		if ecdsa.VerifyASN1(key, signed[:], l.Signature) {
			return count, nil
		}
	case *rsa.PublicKey:
		if rsa.VerifyPKCS1v15(key, crypto.SHA256, signed[:], l.Signature) == nil {
			return count, nil
		}
	}
	return 0, wrong("the signature is another one")
}

// The lengths of an id, and the offsets in the authenticator's data (section 6.1).
const (
	maxID        = 1023
	flagsAt      = 32
	leastData    = 37
	flagPresent  = 1 << 0
	flagVerified = 1 << 2
	flagAttested = 1 << 6
)

// clientData checks what the browser says about the ceremony.
func (p Party) clientData(kind, challenge string, data []byte) error {
	var said struct {
		Type        string `json:"type"`
		Challenge   string `json:"challenge"`
		Origin      string `json:"origin"`
		CrossOrigin bool   `json:"crossOrigin"`
	}
	switch err := json.Unmarshal(data, &said); {
	case err != nil:
		return wrong("the browser's data cannot be read")
	case said.Type != kind:
		return wrong("it is another ceremony")
	case challenge == "" || said.Challenge != challenge:
		return wrong("it answers another challenge")
	case said.Origin != p.Origin || said.CrossOrigin:
		return wrong("it is for another site")
	}
	return nil
}

// authenticator checks the authenticator's data, and returns its counter and what follows it.
func (p Party) authenticator(data []byte) (count uint32, rest []byte, err error) {
	site := sha256.Sum256([]byte(p.ID))
	switch {
	case len(data) < leastData:
		return 0, nil, wrong("the authenticator's data is cut off")
	case !bytes.Equal(data[:flagsAt], site[:]):
		return 0, nil, wrong("it is for another site")
	case data[flagsAt]&flagPresent == 0 || p.Verified && data[flagsAt]&flagVerified == 0:
		return 0, nil, wrong("the authenticator has not asked who is there")
	}
	return binary.BigEndian.Uint32(data[flagsAt+1 : leastData]), data[leastData:], nil
}

// publicKey parses a key of one of the supported algorithms.
func publicKey(der []byte) (crypto.PublicKey, error) {
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, wrong("the key cannot be read")
	}
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return k, nil
		}
	case *rsa.PublicKey:
		if k.N.BitLen() >= 2048 {
			return k, nil
		}
	}
	return nil, wrong("the key is of another algorithm")
}

func wrong(why string) error { return fmt.Errorf("%w: %s", ErrWrong, why) }
