// Package memotest tests the contract of [memo.Store].
package memotest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pythonweb/goweb/storage/internal/memo"
)

// Run tests the stores that open returns: two that are opened in one test share what they remember, as two processes
// do, and those of different tests do not. Both may be used at the same time.
func Run(t *testing.T, open func(t *testing.T) memo.Store) {
	for name, test := range map[string]func(*testing.T, pair){
		"remembers": remembers, "bytes": everyByte, "one computes": oneComputes, "release": release, "expires": expires,
		"stale": stale, "least recently used": leastRecentlyUsed, "forget": forget, "forgotten meanwhile": forgottenMeanwhile,
		"clear": clearScope, "counts": counts, "scopes": scopes, "list": list,
	} {
		t.Run(name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, before) }) // the stores are closed by then
			p := pair{open(t), open(t)}
			if err := p.one.Clear(t.Context(), "s"); err != nil {
				t.Fatal(err)
			}
			test(t, p)
		})
	}
}

// pair are two openings of one store, of two processes.
type pair struct{ one, other memo.Store }

// keep is how most tests remember.
var keep = memo.Keep{Capacity: 10}

func key(t *testing.T, words ...string) memo.Key {
	t.Helper()
	k, err := memo.KeyOf(memo.Options{}, words, memo.Surroundings{})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func find(t *testing.T, s memo.Store, q memo.Query) memo.Found {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	f, err := s.Find(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// compute remembers an output, which must not be remembered yet.
func compute(t *testing.T, s memo.Store, k memo.Key, text string, keep memo.Keep) {
	t.Helper()
	f := find(t, s, memo.Query{Scope: "s", Key: k})
	if f.Lease == nil {
		t.Fatalf("no lease for %s: %+v", text, f)
	}
	if err := f.Lease.Store(t.Context(), memo.Result{Stdout: []byte(text)}, keep); err != nil {
		t.Fatal(err)
	}
}

// hit returns what is remembered; empty when nothing is.
func hit(t *testing.T, s memo.Store, k memo.Key) string {
	t.Helper()
	f := find(t, s, memo.Query{Scope: "s", Key: k, Busy: true})
	if f.Lease != nil {
		f.Lease.Release(t.Context())
	}
	if f.Result == nil {
		return ""
	}
	return string(f.Result.Stdout)
}

func wantHit(t *testing.T, s memo.Store, k memo.Key, want string) {
	t.Helper()
	if got := hit(t, s, k); got != want {
		t.Errorf("%q is remembered, want %q", got, want)
	}
}

func remembers(t *testing.T, p pair) {
	k := key(t, "a", "b")
	wantHit(t, p.one, k, "")
	compute(t, p.one, k, "output", keep)
	wantHit(t, p.one, k, "output")
	wantHit(t, p.other, k, "output")
	wantHit(t, p.other, key(t, "a b"), "")
}

func everyByte(t *testing.T, p pair) {
	for _, size := range []int{0, 1, 1000, 300_000, 5_000_000} {
		k := key(t, fmt.Sprint(size))
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(i * i >> 7)
		}
		want := memo.Result{Code: 7, Stdout: data, Stderr: []byte("\x00\xff")}
		if err := find(t, p.one, memo.Query{Scope: "s", Key: k}).Lease.Store(t.Context(), want, keep); err != nil {
			t.Fatal(err)
		}
		got := find(t, p.other, memo.Query{Scope: "s", Key: k}).Result
		if got == nil || got.Code != 7 || !bytes.Equal(got.Stdout, data) || string(got.Stderr) != "\x00\xff" {
			t.Errorf("%d bytes are not what comes back", size)
		}
	}
}

// oneComputes: whoever asks while another one computes waits for that, or is told.
func oneComputes(t *testing.T, p pair) {
	k := key(t, "slow")
	lease := find(t, p.one, memo.Query{Scope: "s", Key: k}).Lease
	if f := find(t, p.other, memo.Query{Scope: "s", Key: k, Busy: true}); !f.Busy || f.Lease != nil || f.Result != nil {
		t.Fatalf("%+v while another one computes", f)
	}
	waited := make(chan memo.Found, 1)
	asked := make(chan struct{})
	go func() {
		defer close(waited)
		close(asked)
		if f, err := p.other.Find(context.WithoutCancel(t.Context()), memo.Query{Scope: "s", Key: k}); err == nil {
			waited <- f
		}
	}()
	<-asked
	if err := lease.Store(t.Context(), memo.Result{Stdout: []byte("done")}, keep); err != nil {
		t.Fatal(err)
	}
	if f := <-waited; f.Result == nil || string(f.Result.Stdout) != "done" {
		t.Errorf("who has waited got %+v", f)
	}
	ended, cancel := context.WithCancel(t.Context())
	other := key(t, "never")
	held := find(t, p.one, memo.Query{Scope: "s", Key: other}).Lease
	cancel()
	if _, err := p.other.Find(ended, memo.Query{Scope: "s", Key: other}); err == nil {
		t.Error("who does not wait any more is served")
	}
	held.Release(t.Context())
}

func release(t *testing.T, p pair) {
	k := key(t, "fails")
	find(t, p.one, memo.Query{Scope: "s", Key: k}).Lease.Release(t.Context())
	compute(t, p.other, k, "output", keep)
	wantHit(t, p.one, k, "output")
}

func expires(t *testing.T, p pair) {
	k := key(t, "short")
	compute(t, p.one, k, "old", memo.Keep{Capacity: 10, TTL: time.Millisecond})
	eventually(t, func() bool { return hit(t, p.other, k) == "" })
	compute(t, p.other, k, "new", memo.Keep{Capacity: 10, TTL: time.Hour})
	wantHit(t, p.one, k, "new")
}

// stale: an expired output is an answer for whoever accepts one, and another one renews it meanwhile.
func stale(t *testing.T, p pair) {
	k := key(t, "old")
	compute(t, p.one, k, "old", memo.Keep{Capacity: 10, TTL: time.Millisecond})
	var f memo.Found
	eventually(t, func() bool {
		f = find(t, p.one, memo.Query{Scope: "s", Key: k, Stale: time.Hour})
		return f.Expired
	})
	if f.Result == nil || string(f.Result.Stdout) != "old" || f.Lease != nil {
		t.Fatalf("%+v", f)
	}
	renew := find(t, p.other, memo.Query{Scope: "s", Key: k, Busy: true})
	if renew.Lease == nil {
		t.Fatalf("nobody may renew it: %+v", renew)
	}
	if f := find(t, p.one, memo.Query{Scope: "s", Key: k, Stale: time.Hour}); f.Result == nil || !f.Expired {
		t.Errorf("while it is renewed: %+v", f)
	}
	if err := renew.Lease.Store(t.Context(), memo.Result{Stdout: []byte("new")}, keep); err != nil {
		t.Fatal(err)
	}
	if f := find(t, p.one, memo.Query{Scope: "s", Key: k, Stale: time.Hour}); f.Result == nil || f.Expired ||
		string(f.Result.Stdout) != "new" {
		t.Errorf("after it was renewed: %+v", f)
	}
}

// leastRecentlyUsed: the output used longest ago goes first, counting the uses of all processes.
func leastRecentlyUsed(t *testing.T, p pair) {
	small := memo.Keep{Capacity: 3}
	for _, name := range []string{"a", "b", "c"} {
		compute(t, p.one, key(t, name), name, small)
	}
	wantHit(t, p.other, key(t, "a"), "a")
	compute(t, p.other, key(t, "d"), "d", small)
	wantHit(t, p.one, key(t, "b"), "")
	for _, name := range []string{"c", "a", "d"} {
		wantHit(t, p.one, key(t, name), name)
	}
	wantItems(t, p.other, "d", "a", "c")
	compute(t, p.one, key(t, "e"), "e", memo.Keep{Capacity: 1})
	wantItems(t, p.other, "e")
	for i := range 20 {
		compute(t, p.one, key(t, fmt.Sprint(i)), "x", memo.Keep{Capacity: -1})
	}
	if items := items(t, p.one); len(items) != 21 {
		t.Errorf("%d outputs without a bound, want 21", len(items))
	}
}

func items(t *testing.T, s memo.Store) []memo.Item {
	t.Helper()
	items, err := s.List(t.Context(), "s")
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func wantItems(t *testing.T, s memo.Store, want ...string) {
	t.Helper()
	var got []string
	for _, i := range items(t, s) {
		got = append(got, strings.Join(i.Words, " "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q are listed, want %q", got, want)
	}
}

func forget(t *testing.T, p pair) {
	compute(t, p.one, key(t, "a"), "a", keep)
	compute(t, p.one, key(t, "b"), "b", keep)
	for i, want := range []bool{true, false} {
		if found, err := p.other.Forget(t.Context(), "s", key(t, "a")); found != want || err != nil {
			t.Errorf("time %d: %v, %v", i, found, err)
		}
	}
	wantHit(t, p.one, key(t, "a"), "")
	wantHit(t, p.one, key(t, "b"), "b")
}

// forgottenMeanwhile: an output that was being computed when it was forgotten is not remembered.
func forgottenMeanwhile(t *testing.T, p pair) {
	for name, forget := range map[string]func(k memo.Key) error{
		"forget": func(k memo.Key) error { _, err := p.other.Forget(t.Context(), "s", k); return err },
		"clear":  func(memo.Key) error { return p.other.Clear(t.Context(), "s") },
	} {
		k := key(t, name)
		lease := find(t, p.one, memo.Query{Scope: "s", Key: k}).Lease
		if err := forget(k); err != nil {
			t.Fatal(err)
		}
		_ = lease.Store(t.Context(), memo.Result{Stdout: []byte("old")}, keep)
		wantHit(t, p.other, k, "")
	}
}

func clearScope(t *testing.T, p pair) {
	compute(t, p.one, key(t, "a"), "a", keep)
	if err := p.one.Count(t.Context(), "s", memo.Counts{Hits: 1, Lost: 1, Reason: "why"}); err != nil {
		t.Fatal(err)
	}
	if err := p.other.Clear(t.Context(), "s"); err != nil {
		t.Fatal(err)
	}
	wantItems(t, p.one)
	if i, err := p.one.Info(t.Context(), "s"); err != nil || i.Hits != 0 || i.Lost != 0 || i.Reason != "" || i.Size != 0 {
		t.Errorf("%+v, %v", i, err)
	}
}

func counts(t *testing.T, p pair) {
	compute(t, p.one, key(t, "a"), "a", memo.Keep{Capacity: 7})
	for _, c := range []memo.Counts{
		{Misses: 1}, {Hits: 2}, {Hits: 1}, {Lost: 1, Reason: "first"}, {Lost: 1, Reason: "last"},
	} {
		if err := p.one.Count(t.Context(), "s", c); err != nil {
			t.Fatal(err)
		}
	}
	i, err := p.other.Info(t.Context(), "s")
	if want := (memo.Info{Scope: "s", Hits: 3, Misses: 1, Size: 1, Capacity: 7, Lost: 2, Reason: "last"}); i != want ||
		err != nil {
		t.Errorf("%+v (%v), want %+v", i, err, want)
	}
}

func scopes(t *testing.T, p pair) {
	compute(t, p.one, key(t, "a"), "a", keep)
	if f := find(t, p.one, memo.Query{Scope: "another", Key: key(t, "a")}); f.Result != nil {
		t.Error("another scope knows it")
	} else {
		f.Lease.Release(t.Context())
	}
	if err := p.one.Clear(t.Context(), "another"); err != nil {
		t.Fatal(err)
	}
	wantHit(t, p.one, key(t, "a"), "a")
}

func list(t *testing.T, p pair) {
	compute(t, p.one, key(t, "echo", "a b"), "12345", memo.Keep{Capacity: 10, TTL: time.Hour})
	items := items(t, p.other)
	if len(items) != 1 {
		t.Fatalf("%d items", len(items))
	}
	i := items[0]
	if !slices.Equal(i.Words, []string{"echo", "a b"}) || i.Keyed || i.Code != 0 || i.Bytes != 5 || i.Stored.IsZero() {
		t.Errorf("%+v", i)
	}
	if lives := i.Expires.Sub(i.Stored); lives != time.Hour {
		t.Errorf("it lives for %v", lives)
	}
}

// eventually waits until a condition holds.
func eventually(t *testing.T, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); {
		if time.Now().After(deadline) {
			t.Fatal("it did not come about")
		}
		<-time.After(time.Millisecond)
	}
}
