package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"

	"github.com/pythonweb/goweb/assistant/internal/web"
)

// The life of a passkey in a browser: it is added in the settings, lets its owner in without a password, also after a
// try with none, and lets nobody in when it was removed.
func TestPasskeyInChromium(t *testing.T) {
	s := newSite(t)
	s.url = strings.Replace(s.url, "127.0.0.1", "localhost", 1) // an address is no name for a passkey
	b := newBrowser(s)
	call(b, webauthn.Enable, webauthn.EnableParams{})
	call(b, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	})
	b.do(
		b.open("/settings"), follow(click("main a[href='/access']")), write("#passkey", "phone"),
		follow(click("form[data-passkey] button")), there("button[name=id]"), seen("phone"),
		follow(click("footer form[action='/logout'] button")), there("#password"),
		follow(click("form[data-passkey] button")), there("footer form[action='/logout'] button"),
		b.open("/access"), there("button[name=id]"),
	)
	text := value[string](b, "document.querySelector('main').textContent")
	if strings.Contains(text, "phone last used: never") {
		t.Error(text)
	}
	list, err := s.library.Records(t.Context(), s.as.ID, "passkey")
	if err != nil || len(list) != 1 {
		t.Fatalf("%d passkeys, %v", len(list), err)
	}
	b.do(
		follow(click("button[name=id]")), there("#passkey"),
		follow(click("footer form[action='/logout'] button")), there("#password"),
		click("form[data-passkey] button"), there("main > #content > .wrong"), seen("the passkey was not accepted"),
	)
}

// An authenticator of software knows the key of one passkey.
type authenticator struct {
	*ecdsa.PrivateKey
	id           []byte
	host, origin string
}

func (a *authenticator) data(flags byte, more ...byte) []byte {
	site := sha256.Sum256([]byte(a.host))
	return append(append(site[:], flags, 0, 0, 0, 0), more...)
}

func (a *authenticator) client(kind, challenge string) []byte {
	return []byte(`{"type":"webauthn.` + kind + `","challenge":"` + challenge + `","origin":"` + a.origin + `"}`)
}

func form(values map[string][]byte) url.Values {
	f := url.Values{"name": {"key"}}
	for name, value := range values {
		f.Set(name, base64.RawURLEncoding.EncodeToString(value))
	}
	return f
}

// made is the form of a new passkey.
func (a *authenticator) made(t *testing.T, challenge string) url.Values {
	t.Helper()
	key, err := x509.MarshalPKIXPublicKey(&a.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	attested := append(append(make([]byte, 16), 0, byte(len(a.id))), append(a.id, 0xa0)...)
	return form(map[string][]byte{
		"client_data": a.client("create", challenge), "authenticator_data": a.data(0x45, attested...), "key": key,
	})
}

// login is the form of a login.
func (a *authenticator) login(t *testing.T, challenge string) url.Values {
	t.Helper()
	client, data := a.client("get", challenge), a.data(5)
	sum := sha256.Sum256(client)
	hash := sha256.Sum256(append(append([]byte{}, data...), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.PrivateKey, hash[:])
	if err != nil {
		t.Fatal(err)
	}
	return form(map[string][]byte{"id": a.id, "client_data": client, "authenticator_data": data, "signature": signature})
}

// A challenge is that of one session, is answered once, and for the address that browsers ask; whose passkey it is, is
// who comes in.
func TestPasskeysProveWhoIsThere(t *testing.T) {
	base, err := url.Parse("https://book.example.com/book/")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(o *web.Options) { o.Base = base })
	s.account("марта")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authenticator{key, []byte("an id"), "book.example.com", "https://book.example.com"}
	owner := s.as
	challenge := func(path string, cookie string) (string, string) {
		t.Helper()
		s.as = nil
		r := s.want(200, s.send("/book"+path, nil, "Cookie", cookie))
		if set, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";"); set != "" {
			cookie = set
		}
		o := s.object(r)
		if o["host"] != "book.example.com" || (o["user"] != nil) != (path == "/access/challenge") {
			t.Error(r.text)
		}
		return o["challenge"].(string), cookie
	}
	asked, cookie := challenge("/access/challenge", owner.cookie)
	forged := *a
	forged.origin = "https://evil.example.com"
	s.want(422, s.send("/book/access/passkeys", forged.made(t, asked), "Cookie", cookie))
	s.want(422, s.send("/book/access/passkeys", a.made(t, asked), "Cookie", cookie)) // the challenge was answered
	asked, cookie = challenge("/access/challenge", owner.cookie)
	s.want(303, s.send("/book/access/passkeys", a.made(t, asked), "Cookie", cookie))
	asked, cookie = challenge("/access/challenge", owner.cookie)
	s.want(422, s.send("/book/access/passkeys", a.made(t, asked), "Cookie", cookie)) // there is one of this id

	nobody := s.want(303, s.send("/book/access/passkeys", nil))
	if !strings.HasPrefix(nobody.Header.Get("Location"), "/book/login") {
		t.Error(nobody.Header)
	}
	asked, cookie = challenge("/login/challenge", "")
	_, others := challenge("/login/challenge", "")
	s.want(401, s.send("/book/login/passkey", a.login(t, asked), "Cookie", others))
	s.want(401, s.send("/book/login/passkey", a.login(t, asked)))
	in := s.want(303, s.send("/book/login/passkey", a.login(t, asked), "Cookie", cookie))
	session, _, _ := strings.Cut(in.Header.Get("Set-Cookie"), ";")
	if session == cookie || !strings.HasPrefix(session, "assistant=") {
		t.Errorf("the session from before the login goes on: %q", session)
	}
	page := s.want(200, s.ask("GET", "/book/access", "", "Cookie", session))
	if !strings.Contains(page.text, "Log out olena") {
		t.Error(page.text)
	}
	s.want(401, s.send("/book/login/passkey", a.login(t, asked), "Cookie", cookie)) // again

	id := base64.RawURLEncoding.EncodeToString(a.id)
	s.want(303, s.send("/book/access/passkeys/remove", url.Values{"id": {id}}, "Cookie", session))
	asked, cookie = challenge("/login/challenge", "")
	s.want(401, s.send("/book/login/passkey", a.login(t, asked), "Cookie", cookie))
	status := 0
	for range 40 { // whoever guesses waits
		if status = s.send("/book/login/passkey", a.login(t, asked)).StatusCode; status == 429 {
			break
		}
	}
	if status != 429 {
		t.Errorf("status %d after forty guesses", status)
	}
}
