// Package discovery lets the lanchats of one network find each other by name, with mDNS and DNS-SD (RFC 6762, RFC 6763)
// as service _lanchat._tcp. It is only a convenience: addresses always work, nothing is scanned, and of what neighbours
// announce about themselves only their names are believed.
package discovery

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pion/mdns/v2"

	"github.com/pythonweb/goweb/lanchat"
)

const service = "_lanchat._tcp"

// The TXT attributes: that this lanchat understands frames, and which key it claims to have.
const (
	framesKey = "frames"
	keyKey    = "key"
)

// Neighbour is a lanchat that announces itself.
type Neighbour struct {
	Name    string
	Address netip.AddrPort
	Key     lanchat.Key // claimed, not proved
	Frames  bool
}

// Browse asks who is there, and calls found for every answer until ctx is done. Calls do not overlap.
func Browse(ctx context.Context, found func(Neighbour)) error {
	conn, err := open()
	if err != nil {
		return err
	}
	events := make(chan mdns.ServiceEvent)
	conn.OnServiceDiscovered(func(e mdns.ServiceEvent) {
		select {
		case events <- e:
		case <-ctx.Done():
		}
	})
	if err := conn.Browse(ctx, service); err != nil {
		return errors.Join(fmt.Errorf("mDNS: %w", err), conn.Close())
	}
	for {
		select {
		case e := <-events:
			found(neighbour(e))
		case <-ctx.Done():
			return conn.Close()
		}
	}
}

func neighbour(e mdns.ServiceEvent) Neighbour {
	n := Neighbour{Name: e.Instance.Instance, Address: netip.AddrPortFrom(e.Addr.Unmap(), e.Instance.Port)}
	for _, entry := range e.Instance.Text {
		switch entry.Key {
		case framesKey:
			n.Frames = string(entry.Value) == "1"
		case keyKey:
			if raw, err := hex.DecodeString(string(entry.Value)); err == nil && len(raw) == len(n.Key) {
				n.Key = lanchat.Key(raw)
			}
		}
	}
	return n
}

// Lookup returns the neighbour of that name, as soon as one answers. If ctx ends before, it returns its error.
func Lookup(ctx context.Context, name string) (Neighbour, error) {
	return first(ctx, func(n Neighbour) bool { return n.Name == label(name) })
}

// LookupKey is Lookup for the neighbour that claims to have key.
func LookupKey(ctx context.Context, key lanchat.Key) (Neighbour, error) {
	return first(ctx, func(n Neighbour) bool { return n.Key == key })
}

// first returns the first neighbour that is wanted.
func first(ctx context.Context, wanted func(Neighbour) bool) (Neighbour, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var result Neighbour
	err := Browse(ctx, func(n Neighbour) {
		if wanted(n) && !result.Address.IsValid() {
			result = n
			cancel()
		}
	})
	if result.Address.IsValid() {
		return result, nil
	}
	return result, errors.Join(err, ctx.Err())
}

// CheckName says why a name cannot be announced, if it cannot: a label of DNS is not empty, and what controls a
// terminal or turns the text around is not for the screens of others (RFC 6763, section 4.1.1).
func CheckName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("it is empty")
	case !utf8.ValidString(name):
		return errors.New("it is not UTF-8")
	}
	for _, r := range name {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return fmt.Errorf("it has the control character %U", r)
		}
	}
	return nil
}

// open joins the multicast groups of those IP versions that the computer has.
func open(options ...mdns.ServerOption) (*mdns.Conn, error) {
	four, six := multicast()
	if four == nil && six == nil {
		return nil, errors.New("mDNS: its port cannot be opened")
	}
	conn, err := mdns.NewServer(four, six, options...)
	if err != nil {
		if four != nil {
			_ = four.Close()
		}
		if six != nil {
			_ = six.Close()
		}
		return nil, fmt.Errorf("mDNS: %w", err)
	}
	return conn, nil
}

// label cuts a name to the length of a DNS label.
func label(name string) string {
	const longest = 63
	for len(name) > longest {
		runes := []rune(name)
		name = string(runes[:len(runes)-1])
	}
	return name
}
