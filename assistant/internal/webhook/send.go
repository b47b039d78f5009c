package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// How long an address may take to answer, and how much of its answer is read.
const (
	sendTimeout = 10 * time.Second
	answerBytes = 4 << 10
)

// errPrivate reports that an address is not on the public internet and was not allowed.
var errPrivate = errors.New("the address is private, and --webhook-allow does not name its network")

// public is false for every address that has another meaning here than on the internet. Besides what netip knows, these
// are the shared, documentation and benchmark ranges, and those that embed an IPv4 address (RFC 6890, RFC 6052).
func public(addr netip.Addr) bool {
	addr = addr.Unmap()
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(special(), func(p netip.Prefix) bool { return p.Contains(addr) })
}

func special() []netip.Prefix {
	var list []netip.Prefix
	for text := range strings.FieldsSeq("0.0.0.0/8 100.64.0.0/10 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 " +
		"198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 " +
		"64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fec0::/10") {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

// newClient returns a client that connects to public addresses, and to those in the allowed networks. It checks the
// address itself, after the name was resolved: no name can lead elsewhere. It follows no redirects and uses no proxy.
func newClient(allowed []netip.Prefix) *http.Client {
	dialer := &net.Dialer{Timeout: sendTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		addr := to.Addr().Unmap()
		if public(addr) || slices.ContainsFunc(allowed, func(p netip.Prefix) bool { return p.Contains(addr) }) {
			return nil
		}
		return errPrivate
	}}
	return &http.Client{
		Timeout:       sendTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: sendTimeout, DisableKeepAlives: true,
			MaxResponseHeaderBytes: answerBytes, ForceAttemptHTTP2: true,
		},
	}
}

// A statusError is the status of an answer that does not accept the event.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("the address answers %d", int(e)) }

// sign returns the signature of a message under a secret, as Standard Webhooks defines it.
func sign(secret, id, timestamp string, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretMark))
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// send sends an event to an address. The error is in words that may be shown to a person: it contains nothing of the
// answer.
func send(ctx context.Context, client *http.Client, hook Hook, e Event, now time.Time) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	timestamp := strconv.FormatInt(now.Unix(), 10)
	signature, err := sign(hook.Secret, e.ID, timestamp, body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	h := request.Header
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "goweb-assistant")
	h.Set("Webhook-Id", e.ID)
	h.Set("Webhook-Timestamp", timestamp)
	h.Set("Webhook-Signature", signature)
	response, err := client.Do(request)
	switch {
	case errors.Is(err, errPrivate):
		return errPrivate
	case err != nil:
		return errors.New("the address does not answer")
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, answerBytes) // the status decides
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return statusError(response.StatusCode)
	}
	return nil
}
