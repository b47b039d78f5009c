// Package resp speaks the Redis protocol over one blocking connection, with nothing that a short-lived program would pay
// for and not use: no pool, no goroutines, and for a numeric address not even Go's network poller.
package resp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/storage/internal/secret"
)

// Error is an error that the server has answered.
type Error string

func (e Error) Error() string { return string(e) }

// ErrScheme says that an address is of a kind that this package cannot reach.
var ErrScheme = errors.New("the address does not begin with redis:// (TLS is not supported here)")

// Address is where a server is, and how to get in.
type Address struct {
	Host           string // with port
	user, password string
	database       int
	// Timeout is how long the server may take to answer, as go-redis's read_timeout; 0 when the address does not say.
	Timeout time.Duration
}

// Parse reads an address of the form redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE][?read_timeout=DURATION]. Its errors
// hold no password.
func Parse(address string) (Address, error) {
	rest, found := strings.CutPrefix(address, "redis://")
	if !found {
		return Address{}, ErrScheme
	}
	parsed, err := secret.Parse(address)
	if err != nil {
		return Address{}, err
	}
	a := Address{Host: parsed.Hosts}
	a.user, a.password = secret.UserInfo(rest)
	switch {
	case a.Host == "":
		a.Host = "127.0.0.1:6379"
	case strings.LastIndexByte(a.Host, ':') <= strings.LastIndexByte(a.Host, ']'):
		a.Host += ":6379"
	}
	if parsed.Path != "" {
		if a.database, err = strconv.Atoi(parsed.Path); err != nil || a.database < 0 {
			return Address{}, errors.New("the path of a Redis address is the number of a database")
		}
	}
	if parsed.Has("read_timeout") {
		if a.Timeout, err = time.ParseDuration(parsed.Value("read_timeout")); err != nil || a.Timeout <= 0 {
			return Address{}, errors.New("the read_timeout of a Redis address is a duration such as 300ms")
		}
	}
	return a, nil
}

// Conn is a connection. It is not safe for concurrent use. After an error that is no Error it is of no more use.
type Conn struct {
	stream *socket
	reader *bufio.Reader
	out    []byte
	skip   int // answers to the greeting that are still to come
}

// Dial connects to a server. Every later operation may take as long as timeout too.
func Dial(a Address, timeout time.Duration) (*Conn, error) {
	target, err := system.target(a.Host)
	if err != nil {
		return nil, err
	}
	socket, err := dialSocket(stream, target, timeout)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", a.Host, err)
	}
	c := &Conn{stream: socket}
	c.reader = bufio.NewReader(c.stream)
	switch {
	case a.user != "":
		c.greet("AUTH", a.user, a.password)
	case a.password != "":
		c.greet("AUTH", a.password)
	}
	if a.database != 0 {
		c.greet("SELECT", strconv.Itoa(a.database))
	}
	return c, nil
}

// Close closes the connection.
func (c *Conn) Close() error { return c.stream.Close() }

// SetTimeout changes how long operations may take.
func (c *Conn) SetTimeout(timeout time.Duration) error { return c.stream.setTimeout(timeout) }

// greet sends a command with the next one; its answer is read before that one's.
func (c *Conn) greet(words ...string) {
	c.append(words)
	c.skip++
}

func (c *Conn) append(words []string) {
	c.out = append(strconv.AppendInt(append(c.out, '*'), int64(len(words)), 10), "\r\n"...)
	for _, w := range words {
		c.out = append(strconv.AppendInt(append(c.out, '$'), int64(len(w)), 10), "\r\n"...)
		c.out = append(append(c.out, w...), "\r\n"...)
	}
}

// Do sends a command and returns the answer: nil, an int64, a string, or a []any of these. An error that the server
// answers is an Error.
func (c *Conn) Do(words ...string) (any, error) {
	c.append(words)
	_, err := c.stream.Write(c.out)
	c.out = c.out[:0]
	if err != nil {
		return nil, err
	}
	for ; c.skip > 0; c.skip-- {
		if _, err := c.answer(0); err != nil {
			return nil, err
		}
	}
	return c.answer(0)
}

// maxDepth bounds how deep arrays nest; maxBulk how long a string may be, as Redis itself does.
const (
	maxDepth = 8
	maxBulk  = 512 << 20
)

var errProtocol = errors.New("the server does not speak the Redis protocol")

func (c *Conn) answer(depth int) (any, error) {
	line, err := c.reader.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	text := strings.TrimRight(string(line), "\r\n")
	if text == "" || depth > maxDepth {
		return nil, errProtocol
	}
	kind, rest := text[0], text[1:]
	switch kind {
	case '+':
		return rest, nil
	case '-':
		return nil, Error(rest)
	}
	n, err := strconv.ParseInt(rest, 10, 64)
	if err != nil {
		return nil, errProtocol
	}
	switch {
	case kind == ':':
		return n, nil
	case n < 0 && (kind == '$' || kind == '*'):
		return nil, nil
	case kind == '$' && n <= maxBulk:
		data := make([]byte, n+2)
		if _, err := io.ReadFull(c.reader, data); err != nil {
			return nil, err
		}
		return string(data[:n]), nil
	case kind == '*' && n <= maxBulk/8:
		var list []any
		for range n {
			item, err := c.answer(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		return list, nil
	}
	return nil, errProtocol
}
