package lru

import "testing"

// What Redis answers while the channel is closed is not kept: nobody would tell of its invalidation.
func TestNothingIsKeptWithoutTheChannel(t *testing.T) {
	s := &store[int]{clock: &clock{}, shared: &shared{}, exact: newRecency[int](Unlimited), keys: map[string]key{}}
	l := leader[int, int]{s: s}
	find := func() (kept bool) {
		o, _ := l.ask()
		o.gen = 1
		s.observe(o)
		return l.unchanged()
	}
	if find() {
		t.Error("before the channel is open")
	}
	s.connected()
	if !find() {
		t.Error("not while the channel is open")
	}
	s.forget()
	if find() {
		t.Error("after the channel was closed")
	}
	l.ask()
	s.connected()
	if l.unchanged() {
		t.Error("what was asked for before the channel was open again")
	}
}
