package login

import (
	"bytes"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/pythonweb/goweb/assistant"
)

// A server of the version before reads what this one writes, and this one reads what that one has written.
func TestSessionsOfTwoVersions(t *testing.T) {
	deadline := time.UnixMilli(1_800_000_000_123).UTC()
	for _, account := range []int64{0, 1, 63, 64, 127, 128, 1 << 15, 1 << 40, 1<<62 - 1} {
		values := map[string]any{}
		if account != 0 {
			values[accountKey] = account
		}
		old, err := scs.GobCodec{}.Encode(deadline, values)
		if err != nil {
			t.Fatal(err)
		}
		line, err := lineOf(assistant.Session{Account: account, Data: old, Expires: deadline})
		if err != nil {
			t.Fatal(err)
		}
		read := func(codec scs.Codec, data []byte, want map[string]any) {
			t.Helper()
			until, got, err := codec.Decode(data)
			if diff := cmp.Diff(want, got); diff != "" || err != nil || !until.Equal(deadline) {
				t.Errorf("account %d: until %v, %v\n%s", account, until, err, diff)
			}
		}
		read(lineCodec{}, line, values)

		withChallenge := map[string]any{challengeKey: "a_b-c"}
		for name, value := range values {
			withChallenge[name] = value
		}
		line, err = lineCodec{}.Encode(deadline, withChallenge)
		if err != nil {
			t.Fatal(err)
		}
		data, err := kept(line)
		if err != nil {
			t.Fatal(err)
		}
		read(scs.GobCodec{}, data, values)
		again, err := lineOf(assistant.Session{Data: data})
		if err != nil {
			t.Fatal(err)
		}
		read(lineCodec{}, again, withChallenge)
		if !bytes.HasPrefix(data, old) {
			t.Errorf("account %d: %x, and gob makes %x", account, data, old)
		}
	}
	if _, _, err := (lineCodec{}).Decode([]byte("1 2 ")); err == nil {
		t.Error("a session without its mark")
	}
	for _, bad := range []string{"", "1", "1 2", "x 2 ", "1 x "} {
		if _, _, err := (lineCodec{}).Decode([]byte(lineMark + bad)); err == nil {
			t.Errorf("%q is a session", bad)
		}
	}
}
