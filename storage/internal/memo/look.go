package memo

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/resp"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// Info is what is known about a scope.
type Info struct {
	Scope    string `json:"scope"`
	Hits     int64  `json:"hits"`
	Misses   int64  `json:"misses"`
	Size     int64  `json:"size"`
	Capacity int    `json:"capacity"` // as the last run had it; -1 is unlimited
}

// ReadInfo returns the statistics of a scope.
func ReadInfo(o Options) (Info, error) {
	s := openStore(o, patience)
	defer s.close()
	i := Info{Scope: o.Scope, Capacity: DefaultCapacity}
	reply, err := s.ask(s.scripts.Info, scriptKeys(o.Scope, ""))
	if err != nil || len(reply) < 4 {
		return i, err
	}
	i.Hits, _ = reply[0].(int64)
	i.Misses, _ = reply[1].(int64)
	i.Size, _ = reply[2].(int64)
	if text, _ := reply[3].(string); text != "" {
		i.Capacity, _ = strconv.Atoi(text)
	}
	return i, nil
}

// Invalidate forgets what a command printed, and reports whether there was something to forget.
func Invalidate(o Options, command []string, surroundings Surroundings) (found bool, err error) {
	k, err := keyOf(o, command, surroundings)
	if err != nil {
		return false, err
	}
	s := openStore(o, patience)
	defer s.close()
	reply, err := s.ask(s.scripts.Invalidate, scriptKeys(o.Scope, k.member), k.member)
	return err == nil && len(reply) > 0 && reply[0] == int64(1), err
}

// Clear forgets everything of a scope.
func Clear(o Options) error {
	s := openStore(o, patience)
	defer s.close()
	_, err := s.ask(s.scripts.Clear, scriptKeys(o.Scope, ""))
	return err
}

// ask is run for who needs an answer.
func (s *store) ask(sc script.Script, keys []string, arguments ...string) ([]any, error) {
	if s.err != nil {
		return nil, s.err
	}
	return s.run(sc, keys, arguments...)
}

// Item is one remembered output.
type Item struct {
	Words           []string // the command, or what was given instead of it
	Keyed           bool     // whether it was
	Code            int
	Bytes           int
	Stored, Expires time.Time
}

// List returns what a scope remembers, the last used first. What is damaged or expired is left out.
func List(o Options) ([]Item, error) {
	s := openStore(o, patience)
	defer s.close()
	if s.err != nil {
		return nil, s.err
	}
	k := keysOf(o.Scope)
	reply, err := s.conn.Do("ZREVRANGE", k.Order, "0", "-1")
	members, _ := reply.([]any)
	if err != nil {
		return nil, err
	}
	s.patient(10 * time.Second)
	var items []Item
	for chunk := range slices.Chunk(members, 16) {
		words := []string{"HMGET", k.Values}
		for _, m := range chunk {
			member, _ := m.(string)
			words = append(words, member)
		}
		reply, err := s.conn.Do(words...)
		if err != nil {
			return nil, err
		}
		values, _ := reply.([]any)
		for _, v := range values {
			text, _ := v.(string)
			if e, err := s.codec.Inspect([]byte(text)); err == nil {
				if i, ok := itemOf(e); ok {
					items = append(items, i)
				}
			}
		}
	}
	return items, nil
}

func itemOf(e entry.Entry) (Item, bool) {
	const sum = 32
	r, ok := unpack(e.Payload)
	if !ok || len(e.Key) <= sum || e.Expires != 0 && time.Now().UnixMilli() >= e.Expires {
		return Item{}, false
	}
	kind, text := e.Key[sum], string(e.Key[sum+1:])
	i := Item{Words: []string{text}, Keyed: kind == 'K', Code: r.Code, Bytes: len(r.Stdout) + len(r.Stderr), Stored: time.UnixMilli(e.Stored)}
	if !i.Keyed {
		i.Words = strings.Split(text, "\x00")
	}
	if e.Expires != 0 {
		i.Expires = time.UnixMilli(e.Expires)
	}
	return i, true
}

// Measured is how long something takes.
type Measured struct {
	Name        string
	Median, P99 time.Duration
}

// Bench measures PING, GET and a hit, by turns, over one connection and with a value of 1,000 bytes.
func Bench(o Options) ([]Measured, error) {
	const rounds = 5000
	o.Scope = "bench-" + rand.Text()
	k, err := keyOf(o, []string{"bench"}, Surroundings{})
	if err != nil {
		return nil, err
	}
	s := openStore(o, patience)
	defer s.close()
	if s.err != nil {
		return nil, s.err
	}
	keys := scriptKeys(o.Scope, k.member)
	plain := keys[2] + ":plain"
	value := strings.Repeat("x", 1000)
	steps := []struct {
		name string
		do   func(*resp.Conn) error
	}{
		{"PING", func(c *resp.Conn) error { _, err := c.Do("PING"); return err }},
		{"GET", func(c *resp.Conn) error { _, err := c.Do("GET", plain); return err }},
		{"hit", func(c *resp.Conn) error {
			_, err := evaluate(c, script.Hit(), keys, k.member, strconv.Itoa(script.Inline))
			return err
		}},
	}
	sealed := s.codec.Seal(entry.Entry{Fingerprint: fingerprint, Key: k.full, Payload: Result{Stdout: []byte(value)}.pack()})
	if _, err := s.conn.Do("SET", plain, value, "EX", "60"); err != nil {
		return nil, err
	}
	if _, err := s.conn.Do("HSET", keys[0], k.member, string(sealed)); err != nil {
		return nil, err
	}
	defer func() { _, _ = s.conn.Do("DEL", keys[0], keys[1], keys[2], plain) }()
	times := make([][]time.Duration, len(steps))
	for range rounds {
		for i, step := range steps {
			begin := time.Now()
			if err := step.do(s.conn); err != nil {
				return nil, err
			}
			times[i] = append(times[i], time.Since(begin))
		}
	}
	measured := make([]Measured, len(steps))
	for i, step := range steps {
		slices.Sort(times[i])
		measured[i] = Measured{step.name, times[i][rounds/2], times[i][rounds*99/100]}
	}
	return measured, nil
}
