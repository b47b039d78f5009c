package protocol

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/script"
)

const (
	// pollFirst and pollEvery are how soon, and in the end how often, a caller that waits for another process asks again.
	pollFirst = 10 * time.Millisecond
	pollEvery = 100 * time.Millisecond
)

// Question asks for the result of a member.
type Question struct {
	Member string
	Token  string        // random: it identifies the lease of this question
	Full   []byte        // the whole key, which proves that an entry is the member's
	Lease  time.Duration // how long a process that computes counts as alive without a sign of life
	Stale  time.Duration // an entry that expired no longer ago is an answer, too
	Busy   bool          // while another process computes, do not wait but say so
	Digest string        // of an entry that was found already and does not count; empty for none

	// Accept accepts an entry, if its payload is a result; nil accepts all.
	Accept func(e entry.Entry) bool
	// Ask, if not nil, is called before each question to Redis, and the function that it returns with the answer's clock
	// and generation.
	Ask func() (told func(now, gen int64))
	// Wake, if not nil, is called before the first pause. Whatever arrives on its channel ends a pause.
	Wake func() <-chan struct{}
}

// Answer is a result, or the lease to compute it, or neither.
type Answer struct {
	Entry   entry.Entry
	Hit     bool   // Entry is the result
	Expired bool   // but past its time, so that somebody should renew it
	Lease   *Lease // the right to compute it
	Busy    bool   // another process computes it
	Full    bool   // Redis has no memory for a lease: the caller computes for itself
}

// Find asks Redis for a result. While another process computes it, Find waits. An error says why Redis is unavailable,
// or is that of ctx.
func (f *Function) Find(ctx context.Context, q Question) (Answer, error) {
	s := search{f: f, q: q, token: q.Token, digest: q.Digest}
	for pause := pollFirst; ; pause = min(2*pause, pollEvery) {
		a, again, err := s.ask(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return Answer{}, ctx.Err()
		case err != nil || !again && !a.Busy:
			return a, err
		case again || s.givesUp():
			continue
		case q.Busy:
			return a, nil
		}
		if q.Wake != nil {
			pause = pollEvery
			if s.wake == nil { // listen only now, and look again for what happened before
				s.wake = q.Wake()
				continue
			}
		}
		timer := time.NewTimer(pause)
		select {
		case <-s.wake:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if err := ctx.Err(); err != nil {
			return Answer{}, err
		}
	}
}

// search is a question in progress.
type search struct {
	f      *Function
	q      Question
	token  string
	digest string // of an entry that does not count
	wake   <-chan struct{}

	seen, held, dead string    // the lease of another process: as it is now, since when, and one that is given up
	since            time.Time // when held was seen first
}

// ask asks once. It reports whether it is to be asked again at once.
func (s *search) ask(ctx context.Context) (a Answer, again bool, err error) {
	told := func(int64, int64) {}
	if s.q.Ask != nil {
		told = s.q.Ask()
	}
	at := time.Now()
	reply, err := s.f.run(ctx, scripts().Load, s.q.Member,
		s.q.Member, s.token, s.q.Lease.Milliseconds(), s.digest, s.dead, script.Inline)
	if err != nil || len(reply) < 4 {
		return Answer{}, false, unexpected(err)
	}
	text, _ := reply[1].(string)
	now, _ := reply[2].(int64)
	gen, _ := reply[3].(int64)
	told(now, gen)
	switch reply[0] {
	case "long":
		data, err := s.f.Redis.Value(ctx, s.f.Keys.Values, s.q.Member)
		if err != nil || data == nil { // it was removed meanwhile
			return Answer{}, true, err
		}
		a, s.digest = s.f.Judge(s.q, data, now)
		return a, !a.Hit, nil
	case "hit":
		a, s.digest = s.f.Judge(s.q, []byte(text), now)
		return a, !a.Hit, nil
	case "lease":
		var epoch int64
		if len(reply) > 4 {
			epoch, _ = reply[4].(int64)
		}
		return Answer{Lease: s.f.newLease(s.q, text, epoch, clock{now, at})}, false, nil
	case "full":
		return Answer{Full: true}, false, nil
	}
	s.seen = text
	return Answer{Busy: true}, false, nil
}

// givesUp reports whether the process that holds the lease has shown no sign of life for the duration of a lease.
func (s *search) givesUp() bool {
	if s.seen != s.held {
		s.held, s.since = s.seen, time.Now()
		return false
	}
	if s.dead == s.held || time.Since(s.since) < s.q.Lease {
		return false
	}
	s.dead = s.held
	return true
}

// Judge judges an entry at a time of the server's clock. If the entry does not count, Judge returns its digest.
func (f *Function) Judge(q Question, data []byte, now int64) (a Answer, digest string) {
	e, err := f.Codec.Open(data, f.Fingerprint, q.Full)
	if err != nil && f.Negative != 0 {
		e, err = f.Codec.Open(data, f.Negative, q.Full)
	}
	if err == nil && (q.Accept == nil || q.Accept(e)) {
		if e.Fresh(now) {
			return Answer{Entry: e, Hit: true}, ""
		}
		if q.Stale > 0 && e.Serveable(now, q.Stale.Milliseconds()) {
			return Answer{Entry: e, Hit: true, Expired: true}, ""
		}
	}
	sum := sha1.Sum(data)
	return Answer{}, hex.EncodeToString(sum[:])
}
