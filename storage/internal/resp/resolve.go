package resp

import (
	"os"
	"strconv"
	"strings"
)

// hosts is the file in which host names are looked up; for others, package pool asks the system.
const hosts = "/etc/hosts"

// target returns the number, of 4 or 16 bytes, and the port of HOST:PORT, for a number or a name in a file such as
// /etc/hosts. It does without package net/netip, whose set-up takes as long as a hit.
func target(host, hosts string) (ip []byte, port int, err error) {
	name, digits := host, ""
	if colon := strings.LastIndexByte(host, ':'); colon >= 0 {
		name, digits = host[:colon], host[colon+1:]
	}
	number, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return nil, 0, ErrElsewhere
	}
	if inner, found := strings.CutPrefix(name, "["); found {
		inner, found = strings.CutSuffix(inner, "]")
		if ip = parseIP6(inner); !found || ip == nil {
			return nil, 0, ErrElsewhere
		}
		return ip, int(number), nil
	}
	if strings.Contains(name, ":") {
		return nil, 0, ErrElsewhere
	}
	if ip = parseIP4(name); ip == nil {
		ip = lookup(name, hosts)
	}
	if ip == nil {
		return nil, 0, ErrElsewhere
	}
	return ip, int(number), nil
}

func lookup(name, hosts string) []byte {
	if name == "localhost" {
		return []byte{127, 0, 0, 1}
	}
	text, _ := os.ReadFile(hosts) // without it only the system's resolver knows
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		for _, word := range words[1:] {
			if !strings.EqualFold(word, name) {
				continue
			}
			if ip := parseIP4(words[0]); ip != nil {
				return ip
			}
			if ip := parseIP6(words[0]); ip != nil {
				return ip
			}
		}
	}
	return nil
}

// parseIP4 reads a number such as 127.0.0.1, whose parts have no leading zeros; it returns nil for anything else.
func parseIP4(text string) []byte {
	ip := make([]byte, 0, 4)
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || len(part) > 1 && part[0] == '0' || len(ip) == 4 {
			return nil
		}
		ip = append(ip, byte(n))
	}
	if len(ip) != 4 {
		return nil
	}
	return ip
}

// parseIP6 reads a number such as 2001:db8::1, without a zone and without a number of the other kind in it; it returns
// nil for anything else.
func parseIP6(text string) []byte {
	head, tail, short := strings.Cut(text, "::")
	front, ok := groups(head)
	back, okay := groups(tail)
	missing := 16 - len(front) - len(back)
	if !ok || !okay || missing < 0 || short != (missing > 0) {
		return nil
	}
	return append(append(front, make([]byte, missing)...), back...)
}

// groups reads groups of hexadecimal digits with colons between them.
func groups(text string) (ip []byte, ok bool) {
	if text == "" {
		return nil, true
	}
	for group := range strings.SplitSeq(text, ":") {
		n, err := strconv.ParseUint(group, 16, 16)
		if err != nil || len(group) > 4 || len(ip) == 16 {
			return nil, false
		}
		ip = append(ip, byte(n>>8), byte(n))
	}
	return ip, true
}
