package passkey_test

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
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/pythonweb/goweb/assistant/internal/passkey"
)

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// spki is a key as getPublicKey gives it.
func spki(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// The vectors of Web Authentication, level 3, "ES256 Credential with No Attestation": a registration and a login by it.
const (
	registered = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5" + "59" + "00000000" +
		"8446ccb9ab1db374750b2367ff6f3a1f" + "0020" + "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4" +
		"a5010203262001215820" + keyX + "225820" + keyY
	keyX     = "afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61"
	keyY     = "930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220"
	madeData = "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878" +
		"475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a226874" +
		"7470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c226578747261446174" +
		"61223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e" +
		"616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a646354" +
		"427258426941774a544c4535513d3d227d"
	madeChallenge = "AMMPt4UxxGTStncdq417YDwBFi8vpIa-pw8oOuVW4TA"

	used      = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5" + "19" + "00000000"
	challenge = "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408"
	usedData  = "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455" +
		"506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a226874747073" +
		"3a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d"
	signature = "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b935381" +
		"74f575bf11a1dd5d78c6e486013f937295ea13653e331e87"
)

func TestVectors(t *testing.T) {
	party := passkey.Party{ID: "example.org", Origin: "https://example.org"}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), unhex(t, "04"+keyX+keyY))
	if err != nil {
		t.Fatal(err)
	}
	made := passkey.New{ClientData: unhex(t, madeData), AuthenticatorData: unhex(t, registered), Key: spki(t, key)}
	c, err := party.Register(madeChallenge, made)
	if err != nil {
		t.Fatal(err)
	}
	if hex.EncodeToString(c.ID) != "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4" || c.Count != 0 {
		t.Errorf("%x, %d", c.ID, c.Count)
	}
	asked := base64.RawURLEncoding.EncodeToString(unhex(t, challenge))
	login := passkey.Login{
		ClientData: unhex(t, usedData), AuthenticatorData: unhex(t, used), Signature: unhex(t, signature),
	}
	if _, err := party.Verify(c, asked, login); err != nil {
		t.Error(err)
	}
	// Every byte of what was signed and of the signature counts.
	for _, part := range []*[]byte{&login.ClientData, &login.AuthenticatorData, &login.Signature} {
		whole := *part
		for i := range whole {
			*part = bytes.Clone(whole)
			(*part)[i] ^= 1
			if _, err := party.Verify(c, asked, login); !errors.Is(err, passkey.ErrWrong) {
				t.Errorf("byte %d of %x: %v", i, whole, err)
			}
			*part = whole[:i]
			if _, err := party.Verify(c, asked, login); !errors.Is(err, passkey.ErrWrong) {
				t.Errorf("the first %d bytes of %x: %v", i, whole, err)
			}
		}
		*part = whole
	}
	for name, other := range map[string]passkey.Party{
		"another host":              {ID: "example.com", Origin: "https://example.org"},
		"another origin":            {ID: "example.org", Origin: "http://example.org"},
		"nobody was asked for whom": {ID: "example.org", Origin: "https://example.org", Verified: true},
	} {
		if _, err := other.Verify(c, asked, login); !errors.Is(err, passkey.ErrWrong) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := other.Register(madeChallenge, made); !errors.Is(err, passkey.ErrWrong) {
			t.Errorf("%s registers: %v", name, err)
		}
	}
	for _, other := range []string{"", madeChallenge} {
		if _, err := party.Verify(c, other, login); !errors.Is(err, passkey.ErrWrong) {
			t.Errorf("another challenge: %v", err)
		}
	}
	if _, err := party.Register(madeChallenge, passkey.New{
		ClientData: login.ClientData, AuthenticatorData: made.AuthenticatorData, Key: made.Key,
	}); !errors.Is(err, passkey.ErrWrong) {
		t.Errorf("a login as a registration: %v", err)
	}
	for n := range len(made.AuthenticatorData) - 77 {
		short := made
		short.AuthenticatorData = made.AuthenticatorData[:n:n] // nothing is behind it, either
		if _, err := party.Register(madeChallenge, short); !errors.Is(err, passkey.ErrWrong) {
			t.Errorf("%d bytes of a registration: %v", n, err)
		}
	}
}

// ceremony is the data of a browser and of an authenticator, as a party on this computer expects them but for what a
// test changes.
type ceremony struct {
	kind, challenge, more string
	flags                 byte
	rest                  []byte // behind the count
}

var local = passkey.Party{ID: "localhost", Origin: "http://localhost:8080"}

func (c ceremony) client() []byte {
	return []byte(`{"type":"webauthn.` + c.kind + `","challenge":"` + c.challenge +
		`","origin":"` + local.Origin + `"` + c.more + `}`)
}

func (c ceremony) data() []byte {
	site := sha256.Sum256([]byte(local.ID))
	return append(append(bytes.Clone(site[:]), c.flags, 0, 0, 0, 1), c.rest...)
}

// Each thing that a browser and an authenticator say counts by itself, also where the signature is right.
func TestEachAlone(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &passkey.Credential{Key: spki(t, &key.PublicKey)}
	for name, test := range map[string]struct {
		ceremony
		asked string
		ok    bool
	}{
		"as it should be":         {ceremony{"get", "a", "", 1, nil}, "a", true},
		"a registration":          {ceremony{"create", "a", "", 1, nil}, "a", false},
		"nothing was asked":       {ceremony{"get", "", "", 1, nil}, "", false},
		"in a frame":              {ceremony{"get", "a", `,"crossOrigin":true`, 1, nil}, "a", false},
		"nobody touched anything": {ceremony{"get", "a", "", 4, nil}, "a", false},
	} {
		client, data := test.client(), test.data()
		sum := sha256.Sum256(client)
		hash := sha256.Sum256(append(bytes.Clone(data), sum[:]...))
		signature, err := key.Sign(rand.Reader, hash[:], crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		login := passkey.Login{ClientData: client, AuthenticatorData: data, Signature: signature}
		if _, err := local.Verify(c, test.asked, login); test.ok != (err == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is registered has an id of a length that can be, and a key that can be verified.
func TestWhatIsRegistered(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	short := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 1023, 1), E: 65537}
	id := func(length int, follows ...byte) []byte {
		head := append(make([]byte, 16), byte(length>>8), byte(length))
		return append(append(head, make([]byte, length)...), follows...)
	}
	for name, test := range map[string]struct {
		flags byte
		rest  []byte
		key   any
		ok    bool
	}{
		"as it should be": {65, id(1023, 0xa5), &key.PublicKey, true},
		"no credential":   {1, id(1023, 0xa5), &key.PublicKey, false},
		"no id":           {65, id(0, 0xa5), &key.PublicKey, false},
		"a longer id":     {65, id(1024, 0xa5), &key.PublicKey, false},
		"no key":          {65, id(16), &key.PublicKey, false},
		"another curve":   {65, id(16, 0xa5), &p384.PublicKey, false},
		"a short key":     {65, id(16, 0xa5), short, false},
	} {
		made := ceremony{"create", "a", "", test.flags, test.rest}
		_, err := local.Register("a", passkey.New{
			ClientData: made.client(), AuthenticatorData: made.data(), Key: spki(t, test.key),
		})
		if test.ok != (err == nil) || err != nil && !errors.Is(err, passkey.ErrWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A copy of a passkey is known by a count that does not grow, and keys of other algorithms are refused.
func TestCountsAndKeys(t *testing.T) {
	party := passkey.Party{ID: "localhost", Origin: "http://localhost:8080", Verified: true}
	site := sha256.Sum256([]byte(party.ID))
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	asked := passkey.NewChallenge()
	client := []byte(`{"type":"webauthn.get","challenge":"` + asked + `","origin":"` + party.Origin + `"}`)
	sum := sha256.Sum256(client)
	login := func(count byte) passkey.Login {
		data := append(bytes.Clone(site[:]), 5, 0, 0, 0, count)
		hash := sha256.Sum256(append(bytes.Clone(data), sum[:]...))
		signature, err := rsaKey.Sign(rand.Reader, hash[:], crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		return passkey.Login{ClientData: client, AuthenticatorData: data, Signature: signature}
	}
	for _, test := range []struct {
		had   uint32
		count byte
		ok    bool
	}{{0, 0, true}, {0, 1, true}, {3, 4, true}, {3, 3, false}, {3, 2, false}, {3, 0, false}} {
		c := &passkey.Credential{Key: spki(t, &rsaKey.PublicKey), Count: test.had}
		got, err := party.Verify(c, asked, login(test.count))
		if (err == nil) != test.ok || test.ok && got != uint32(test.count) {
			t.Errorf("%+v: %d, %v", test, got, err)
		}
	}
	bad := login(1)
	bad.Signature[7] ^= 1
	c := &passkey.Credential{Key: spki(t, &rsaKey.PublicKey)}
	if _, err := party.Verify(c, asked, bad); !errors.Is(err, passkey.ErrWrong) {
		t.Errorf("another signature of RSA: %v", err)
	}
	for _, key := range [][]byte{nil, []byte("key")} {
		if _, err := party.Verify(&passkey.Credential{Key: key}, asked, login(1)); !errors.Is(err, passkey.ErrWrong) {
			t.Errorf("key %x: %v", key, err)
		}
	}
	if a, b := passkey.NewChallenge(), passkey.NewChallenge(); a == b || len(a) != 43 || strings.ContainsAny(a, "+/=") {
		t.Error(a, b)
	}
}
