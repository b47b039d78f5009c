package warm

import (
	"context"
	"errors"
	"os"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/resp"
	"github.com/pythonweb/goweb/storage/internal/script"
)

// fromRedis answers from a Redis that package resp can reach.
func fromRedis(o memo.Options, k memo.Key) (code int, answered, down bool) {
	address, err := resp.Parse(o.Store)
	if err != nil {
		return 0, false, false
	}
	conn, err := resp.Dial(address)
	if err != nil {
		return 0, false, !errors.Is(err, resp.ErrElsewhere)
	}
	ctx := context.Background()
	f := protocol.Function{
		Redis: conn, Keys: script.KeysOf(memo.Namespace, o.Scope, memo.Version), Fingerprint: memo.Fingerprint,
		Codec: &entry.Codec{},
	}
	data, now, counted, err := f.Hit(ctx, k.Member)
	if err != nil || data == nil {
		return 0, false, errors.Is(err, os.ErrDeadlineExceeded)
	}
	a, _ := f.Judge(protocol.Question{Full: k.Full}, data, now)
	r, ok := memo.Unpack(a.Entry.Payload)
	if !a.Hit || !ok {
		if counted { // as a hit, but is not one
			_, _, _ = f.Flush(ctx, protocol.Used{Hits: -1})
		}
		return 0, false, false
	}
	if !show(r) {
		if counted {
			_, _, _ = f.Flush(ctx, protocol.Used{Hits: -1})
		}
		return 0, false, false
	}
	if !counted {
		_, _, _ = f.Flush(ctx, protocol.Used{Hits: 1})
	}
	return r.Code, true, false
}
