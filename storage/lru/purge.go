package lru

import (
	"context"
	"errors"
	"reflect"
	"unsafe"

	"github.com/pythonweb/goweb/storage/internal/canon"
)

// ErrArguments says that the arguments of a function cannot be decoded from their keys, because they contain
// interfaces.
var ErrArguments = errors.New("lru: arguments that hold interfaces cannot be read back")

// PurgeFunc forgets, in all processes, every result for which match returns true, and returns how many these were.
// Results that were being computed when it was called are not kept. It reads everything that is remembered of the
// function. Remembered errors stay; Clear forgets those too. Its error is ErrArguments, that of ctx, or says that
// Redis could not be asked; then some results may be left.
func (f *Func[A, R]) PurgeFunc(ctx context.Context, match func(args A, result R) bool) (purged int, err error) {
	if !f.restorable {
		return 0, ErrArguments
	}
	if f.shared == nil {
		return f.purgeLocal(match)
	}
	members, err := f.shared.function.Members(ctx)
	if err != nil {
		return 0, err
	}
	f.store.forgetCopies()
	for _, member := range members {
		data, err := f.cache.redis.Value(ctx, f.shared.function.Keys.Values, member)
		if err != nil {
			return purged, err
		}
		e, err := f.cache.codec.Inspect(data)
		if err != nil || e.Fingerprint != f.shared.function.Fingerprint || len(e.Key) < fingerprintSize {
			continue // gone meanwhile, damaged, or an error
		}
		args, errArgs := decode[A](e.Key[fingerprintSize:])
		result, errResult := decode[R](e.Payload)
		if errArgs != nil || errResult != nil || !match(args, result) {
			continue
		}
		if _, err := f.shared.function.Forget(ctx, member); err != nil {
			return purged, err
		}
		purged++
	}
	return purged, nil
}

// purgeLocal forgets results of a cache that lives in this process alone.
func (f *Func[A, R]) purgeLocal(match func(A, R) bool) (purged int, err error) {
	s := f.store
	type kept struct {
		key     key
		value   R
		encoded []byte
	}
	var all []kept
	s.mu.Lock()
	s.refuse()
	if s.exact != nil {
		for n := s.exact.ends.newer; n != &s.exact.ends; n = n.newer {
			if n.err == nil {
				all = append(all, kept{n.key, n.value, n.encoded})
			}
		}
	}
	s.mu.Unlock() // match may call the function
	for _, k := range all {
		args, err := f.argumentsOf(k.key)
		if err == nil && k.encoded != nil {
			k.value, err = decode[R](k.encoded)
		}
		if err != nil {
			return purged, err
		}
		if match(args, k.value) {
			purged++
			s.invalidate(k.key)
		}
	}
	return purged, nil
}

// argumentsOf returns the arguments that have the key k in this process.
func (f *Func[A, R]) argumentsOf(k key) (args A, err error) {
	if f.flat != nil {
		f.flat.Restore(unsafe.Pointer(&args), k.hash, k.text)
		return args, nil
	}
	err = canon.Decode([]byte(k.text[fingerprintSize:]), reflect.ValueOf(&args))
	return args, err
}

// forgetCopies forgets what this process holds of results that Redis has.
func (s *store[R]) forgetCopies() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetAll()
}
