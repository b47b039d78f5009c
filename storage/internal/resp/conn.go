// Package resp speaks the Redis protocol over one blocking connection, with nothing that a short-lived program would
// pay for and not use: no pool, no goroutines, no TLS, no DNS, not even Go's network poller. What it cannot reach that
// way, reported by [ErrElsewhere], package pool can.
package resp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// Error is an error that the server has answered with.
type Error string

func (e Error) Error() string { return string(e) }

// RedisError marks, like the same method of go-redis's errors, an answer of the server.
func (e Error) RedisError() {}

// Conn is a connection. It is not safe for concurrent use. After an error that is not an Error it must not be used
// again.
type Conn struct {
	stream *socket
	reader *bufio.Reader
	out    []byte
	skip   int // answers to the greeting that are still to come

	patience time.Duration // how long the server may take once it has answered; 0 when that is set
}

// Dial connects to a server.
func Dial(a Address) (*Conn, error) {
	socket, err := a.dial()
	if err != nil {
		return nil, err
	}
	c := &Conn{stream: socket, patience: a.Patience}
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

// Do implements [protocol.Redis].
func (c *Conn) Do(_ context.Context, s script.Script, keys []string, arguments ...any) (any, error) {
	words := append(make([]string, 0, 3+len(keys)+len(arguments)), "EVALSHA", s.Digest, strconv.Itoa(len(keys)))
	if s.Digest == "" {
		words[0], words[1] = "EVAL", s.Source
	}
	words = append(words, keys...)
	for _, a := range arguments {
		switch a := a.(type) {
		case string:
			words = append(words, a)
		case []byte:
			words = append(words, string(a))
		default:
			words = append(words, fmt.Sprint(a))
		}
	}
	return c.Send(words...)
}

// Value implements [protocol.Redis].
func (c *Conn) Value(_ context.Context, key, member string) ([]byte, error) {
	reply, err := c.Send("HGET", key, member)
	if text, ok := reply.(string); ok {
		return []byte(text), err
	}
	return nil, err
}

// greet sends a command together with the next one; its answer is read before that one's.
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

// Send sends a command and returns the answer: nil, an int64, a string, or a []any of these. An error that the server
// answers is an Error.
func (c *Conn) Send(words ...string) (any, error) {
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
	reply, err := c.answer(0)
	if c.patience > 0 && (err == nil || protocol.IsAnswer(err)) { // it is alive
		err, c.patience = errors.Join(err, c.stream.setTimeout(c.patience)), 0
	}
	return reply, err
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
