package lanchat

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// DefaultPort is the port on which lanchat listens unless told otherwise.
const DefaultPort = "7117"

// AddressError says why a word that can only be meant as an address is not one.
type AddressError struct {
	Word string
	// Why and Hint are messages for the user: what is wrong, and what would be right.
	Why, Hint string
}

// Error names the word and what is wrong with it.
func (e *AddressError) Error() string { return fmt.Sprintf("%q is not an address: %s", e.Word, e.Why) }

// ParseAddress reads HOST:PORT, an IP address with or without brackets, zone and port, and returns HOST:PORT or
// [IPv6%zone]:PORT, with DefaultPort where none is named. It returns "" and no error for a word that may be the name of
// a peer or a host, and an *AddressError for one that can be neither. It makes no queries.
func ParseAddress(word string) (string, error) {
	if ip, err := netip.ParseAddr(unbracket(word)); err == nil {
		return joined(word, ip, DefaultPort)
	}
	host, port, err := net.SplitHostPort(word)
	switch {
	case err != nil && (word == "" || strings.ContainsAny(word, ":[]")):
		return "", &AddressError{
			word, "it is neither HOST:PORT nor [IPv6]:PORT",
			"HOST:PORT, [IPv6]:PORT, or a name that lanchat peers shows",
		}
	case err != nil:
		return "", nil
	case host == "":
		return "", &AddressError{word, "the host is missing", "HOST:PORT"}
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return "", &AddressError{word, "the port is not from 1 to 65535", "HOST:PORT"}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return joined(word, ip, strconv.FormatUint(number, 10))
	}
	return net.JoinHostPort(host, strconv.FormatUint(number, 10)), nil
}

// unbracket removes a pair of brackets around a word.
func unbracket(word string) string {
	if len(word) > 2 && strings.Index(word, "[") == 0 && strings.Index(word, "]") == len(word)-1 {
		return word[1 : len(word)-1]
	}
	return word
}

// joined returns IP and port as an address. A link-local IP must name its interface.
func joined(word string, ip netip.Addr, port string) (string, error) {
	if ip.Is6() && !ip.Is4In6() && ip.IsLinkLocalUnicast() && ip.Zone() == "" {
		hint := fmt.Sprintf("say through which interface: [%s%%eth0]:%s (ip link shows them)", ip, port)
		return "", &AddressError{word, "a link-local address exists on every interface", hint}
	}
	return net.JoinHostPort(ip.Unmap().String(), port), nil
}
