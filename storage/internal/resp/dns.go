package resp

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"net/netip"
	"strings"
)

// Types of DNS records (RFC 1035, RFC 3596), and the class of the Internet.
const (
	typeA         = 1
	typeAAAA      = 28
	classInternet = 1
)

var errDNS = errors.New("the DNS server gives no valid answer")

// ask asks a DNS server for the address of a name, over UDP. An invalid address says that there is none.
func ask(server netip.AddrPort, name string) (netip.Addr, error) {
	socket, err := dialSocket(datagram, server, dnsTimeout)
	if err != nil {
		return netip.Addr{}, err
	}
	defer func() { _ = socket.Close() }()
	for _, kind := range []uint16{typeA, typeAAAA} {
		query, err := question(name, kind)
		if err != nil {
			return netip.Addr{}, err
		}
		if _, err := socket.Write(query); err != nil {
			return netip.Addr{}, err
		}
		answer := make([]byte, 4096)
		n, err := socket.Read(answer)
		if err != nil {
			return netip.Addr{}, err
		}
		if address, err := addressIn(answer[:n], query, kind); err != nil || address.IsValid() {
			return address, err
		}
	}
	return netip.Addr{}, nil
}

// question returns a message that asks for the records of a kind, and for recursion.
func question(name string, kind uint16) ([]byte, error) {
	message := make([]byte, 2, 64)
	_, _ = rand.Read(message) // never fails
	message = append(message, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0)
	for label := range strings.SplitSeq(name, ".") {
		if len(label) == 0 || len(label) > 63 || len(name) > 253 {
			return nil, errors.New("this cannot be a host's name")
		}
		message = append(append(message, byte(len(label))), label...)
	}
	message = binary.BigEndian.AppendUint16(append(message, 0), kind)
	return binary.BigEndian.AppendUint16(message, classInternet), nil
}

// addressIn returns the first address of a kind in the answer to a query, or an invalid one when the name has none.
func addressIn(message, query []byte, kind uint16) (netip.Addr, error) {
	const head, isAnswer, noSuchName = 12, 0x80, 3
	if len(message) < len(query) || !bytes.Equal(message[:2], query[:2]) || message[2]&isAnswer == 0 || !bytes.EqualFold(message[head:len(query)], query[head:]) {
		return netip.Addr{}, errDNS
	}
	switch message[3] & 0xf {
	case 0:
	case noSuchName:
		return netip.Addr{}, nil
	default:
		return netip.Addr{}, errDNS
	}
	rest := message[len(query):]
	for range binary.BigEndian.Uint16(message[6:]) {
		rest = afterName(rest)
		if len(rest) < 10 {
			return netip.Addr{}, errDNS
		}
		found, class, length := binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:]), int(binary.BigEndian.Uint16(rest[8:]))
		if rest = rest[10:]; length > len(rest) {
			return netip.Addr{}, errDNS
		}
		if found == kind && class == classInternet {
			if address, ok := netip.AddrFromSlice(rest[:length]); ok {
				return address, nil
			}
			return netip.Addr{}, errDNS
		}
		rest = rest[length:] // such as the name that this is another name of
	}
	return netip.Addr{}, nil
}

// afterName returns what follows a name, which ends with an empty label or with a pointer to the rest of it.
func afterName(b []byte) []byte {
	for len(b) > 0 {
		length := int(b[0])
		switch {
		case length == 0:
			return b[1:]
		case length >= 0xc0 && len(b) >= 2:
			return b[2:]
		case length >= 0xc0 || 1+length > len(b):
			return nil
		}
		b = b[1+length:]
	}
	return nil
}
