package server

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

// Measured is how long something takes.
type Measured struct {
	Name        string
	Median, P99 time.Duration
}

// Measure measures PING, GET and a hit, interleaved, with a value of 1,000 bytes.
func (s *Store) Measure(ctx context.Context) ([]Measured, error) {
	const rounds = 5000
	scope := "bench-" + rand.Text()
	k, err := memo.KeyOf(memo.Options{}, []string{"bench"}, memo.Surroundings{})
	if err != nil {
		return nil, err
	}
	f := s.function(scope)
	plain := f.Keys.Meta + ":plain"
	value := strings.Repeat("x", 1000)
	steps := []struct {
		name string
		do   func() error
	}{
		{"PING", func() error { return s.client.Ping(ctx).Err() }},
		{"GET", func() error { return s.client.Get(ctx, plain).Err() }},
		{"hit", func() error { _, _, _, err := f.Hit(ctx, k.Member); return err }},
	}
	payload := memo.Result{Stdout: []byte(value)}.Pack()
	sealed := s.codec.Seal(entry.Entry{Fingerprint: memo.Fingerprint, Key: k.Full, Payload: payload})
	if err := s.client.Set(ctx, plain, value, time.Minute).Err(); err != nil {
		return nil, err
	}
	if err := s.client.HSet(ctx, f.Keys.Values, k.Member, sealed).Err(); err != nil {
		return nil, err
	}
	defer func() { s.client.Del(ctx, f.Keys.Values, f.Keys.Order, f.Keys.Meta, plain) }()
	times := make([][]time.Duration, len(steps))
	for range rounds {
		for i, step := range steps {
			begin := time.Now()
			if err := step.do(); err != nil {
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
