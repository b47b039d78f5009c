package login

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/pythonweb/goweb/assistant"
)

// A lineCodec encodes a session as a line of text: the mark of the version, the expiry time in milliseconds, the number
// of the account, 0 before the login, and the pending challenge.
type lineCodec struct{}

// lineMark begins the line of a session in this version.
const lineMark = "\nassistant 1 "

// Encode implements scs.Codec.
func (lineCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	account, _ := values[accountKey].(int64)
	challenge, _ := values[challengeKey].(string)
	return []byte(lineMark + fmt.Sprintf("%d %d %s", deadline.UnixMilli(), account, challenge)), nil
}

// Decode implements scs.Codec.
func (lineCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	line, ok := strings.CutPrefix(string(b), lineMark)
	parts := strings.SplitN(line, " ", 3)
	if !ok || len(parts) != 3 {
		return time.Time{}, nil, errors.New("a session that cannot be read")
	}
	ms, errOfTime := strconv.ParseInt(parts[0], 10, 64)
	account, errOfAccount := strconv.ParseInt(parts[1], 10, 64)
	values := make(map[string]any)
	if account != 0 {
		values[accountKey] = account
	}
	if parts[2] != "" {
		values[challengeKey] = parts[2]
	}
	return time.UnixMilli(ms).UTC(), values, errors.Join(errOfTime, errOfAccount)
}

// kept returns a session as the store keeps it: first as gob, which servers of the previous version read, ignoring what
// follows; then the line.
func kept(line []byte) ([]byte, error) {
	deadline, values, err := lineCodec{}.Decode(line)
	if err != nil {
		return nil, err
	}
	delete(values, challengeKey) // unknown to the version before
	old, err := scs.GobCodec{}.Encode(deadline, values)
	return append(old, line...), err
}

// lineOf returns the line of a session from the store. A server of the previous version has not written one, but
// everything that it stores is also in separate fields.
func lineOf(s assistant.Session) ([]byte, error) {
	if at := bytes.LastIndex(s.Data, []byte(lineMark)); at >= 0 {
		return s.Data[at:], nil
	}
	return lineCodec{}.Encode(s.Expires, map[string]any{accountKey: s.Account})
}
