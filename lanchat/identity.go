package lanchat

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// Key is an Ed25519 public key, which identifies an installation. The zero Key is no key.
type Key [ed25519.PublicKeySize]byte

// IsZero reports whether k is the zero Key.
func (k Key) IsZero() bool { return k == Key{} }

// Pin returns the fingerprint by which k is remembered and compared: SHA-256 of its SubjectPublicKeyInfo.
func (k Key) Pin() Pin {
	info, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(k[:]))
	if err != nil {
		panic(err) // a key of the right length always marshals
	}
	return sha256.Sum256(info)
}

// Pin is the fingerprint of a public key. The zero Pin is that of no key.
type Pin [sha256.Size]byte

// IsZero reports whether p is the zero Pin.
func (p Pin) IsZero() bool { return p == Pin{} }

// String returns 64 hexadecimal digits.
func (p Pin) String() string { return hex.EncodeToString(p[:]) }

// Identity is the private key of one installation, with the self-signed certificate that shows it in TLS.
type Identity struct {
	key         ed25519.PrivateKey
	certificate tls.Certificate
}

// NewIdentity makes a fresh identity.
func NewIdentity() (*Identity, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return newIdentity(key)
}

const pemType = "PRIVATE KEY"

// ParseIdentity reads what MarshalPEM wrote.
func ParseIdentity(text []byte) (*Identity, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != pemType || len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("not a private key in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("the private key is not an Ed25519 key")
	}
	return newIdentity(key)
}

// MarshalPEM returns the private key in PKCS #8 and PEM. The caller must keep it private.
func (i *Identity) MarshalPEM() []byte {
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		panic(err) // an Ed25519 key always marshals
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der})
}

// Key returns the public half.
func (i *Identity) Key() Key { return Key(i.key.Public().(ed25519.PublicKey)) }

// newIdentity signs the certificate. Only its key is ever examined, so it says as little as X.509 permits.
func newIdentity(key ed25519.PrivateKey) (*Identity, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), // RFC 5280, 4.1.2.5: no well-defined end
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("sign certificate: %w", err)
	}
	return &Identity{key: key, certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}}, nil
}

// ChangedKeyError says that a peer presented a key other than the one pinned to it.
type ChangedKeyError struct{ Want, Have Pin }

// Error names both keys.
func (e *ChangedKeyError) Error() string {
	return fmt.Sprintf("its key has changed from %.16s… to %.16s…: another machine may impersonate it", e.Want, e.Have)
}

// serverConfig asks every client for a certificate and accepts any: the key identifies the client.
func (i *Identity) serverConfig() *tls.Config {
	return &tls.Config{
		Certificates:           []tls.Certificate{i.certificate},
		MinVersion:             tls.VersionTLS13,
		ClientAuth:             tls.RequireAnyClientCert,
		SessionTicketsDisabled: true,
		// Small first records help browsers; here they slow down a file's first megabyte.
		DynamicRecordSizingDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			_, err := peerKey(state)
			return err
		},
	}
}

// clientConfig accepts the server that holds the pinned key, and any server if pin is zero (trust on first use).
func (i *Identity) clientConfig(pin Pin) *tls.Config {
	return &tls.Config{
		Certificates:           []tls.Certificate{i.certificate},
		MinVersion:             tls.VersionTLS13,
		InsecureSkipVerify:     true, // no authority signs these certificates: VerifyConnection compares the key
		SessionTicketsDisabled: true,
		// Small first records help browsers; here they slow down a file's first megabyte.
		DynamicRecordSizingDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			key, err := peerKey(state)
			if err != nil {
				return err
			}
			if have := key.Pin(); !pin.IsZero() && have != pin {
				return &ChangedKeyError{Want: pin, Have: have}
			}
			return nil
		},
	}
}

// peerKey returns the key of the other side of a TLS connection.
func peerKey(state tls.ConnectionState) (Key, error) {
	if len(state.PeerCertificates) == 0 {
		return Key{}, errors.New("no certificate")
	}
	key, ok := state.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return Key{}, errors.New("the certificate's key is not an Ed25519 key")
	}
	return Key(key), nil
}
