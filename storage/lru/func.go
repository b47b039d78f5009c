package lru

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/pythonweb/goweb/storage/internal/canon"
)

// Func is a function whose results are remembered. It is safe for concurrent use.
type Func[A, R any] struct {
	cache *Cache
	call  func(context.Context, A) (R, error)

	flat  *canon.Flat // makes keys without allocating; nil if that is not possible
	fixed bool        // nothing in results can be changed, so all callers get the same ones
	store *store[R]
	rules Rules[A, R]

	restorable bool // arguments can be read back from keys

	arguments uint64  // fingerprint of A
	shared    *shared // the part in Redis; nil without
}

// Memoize returns fn with a memory in c. The name stands for the function in Redis: functions of the same name, in this
// and in other processes, share their results.
//
// Arguments are compared by value: pointers by what they point to, maps in any order, nil and empty differ, and so do
// values of different types, even inside interfaces. Memoize panics if an argument or result type contains what cannot
// be kept: functions, channels, unexported fields and, in results, interfaces.
//
// Errors are not remembered. Each caller gets a result of its own, which it may change.
func Memoize[A, R any](c *Cache, name string, fn func(ctx context.Context, args A) (R, error)) *Func[A, R] {
	argument, result := reflect.TypeFor[A](), reflect.TypeFor[R]()
	arguments, err := canon.Describe(argument, true)
	if err != nil {
		panic(fmt.Sprintf("lru: the arguments of %s cannot be a key: %v", name, err))
	}
	results, err := canon.Describe(result, false)
	if err != nil {
		panic(fmt.Sprintf("lru: the results of %s cannot be kept: %v", name, err))
	}
	f := &Func[A, R]{
		cache:     c,
		call:      fn,
		arguments: fingerprint(arguments),
		flat:      canon.FlatOf(argument),
		fixed:     canon.FlatOf(result) != nil,
	}
	if c.redis != nil {
		f.shared = newShared(c, name, fingerprint(results))
	}
	_, err = canon.Describe(argument, false)
	f.restorable = err == nil
	f.store = newStore[R](c, f.shared)
	f.store.name = name
	c.register(f.store)
	return f
}

// fingerprint shortens the description of a type.
func fingerprint(description string) uint64 {
	sum := sha256.Sum256([]byte(description))
	return binary.BigEndian.Uint64(sum[:])
}

// Get returns the result for args: the remembered one, or what the function returns. ctx is not part of the key. Its
// error is the function's, or that of ctx while another caller computes the same result.
func (f *Func[A, R]) Get(ctx context.Context, args A) (R, error) {
	var buffer [12]uint64
	var k key
	if f.flat != nil {
		k = keyOfFlat(f.flat, unsafe.Pointer(&args), buffer[:0])
	} else {
		full, err := f.encode(args)
		if err != nil {
			var none R
			return none, err
		}
		k = keyOf(full)
	}
	n := f.store.lookup(k)
	switch {
	case n == nil:
		return resolve(ctx, f, k.clone(), args)
	case f.fixed:
		value, err := n.value, n.err
		f.store.mu.Unlock()
		return value, err
	}
	return copied(f.store, n)
}

// Call bypasses the memory and returns what the function returns now, for callers that must not get an older result: no
// remembered result is used, and this one is not kept. It counts as a miss.
func (f *Func[A, R]) Call(ctx context.Context, args A) (R, error) {
	f.store.miss()
	return f.call(ctx, args)
}

func (s *store[R]) miss() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.misses++
}

// fingerprintSize is the length of a type's fingerprint at the beginning of a key.
const fingerprintSize = 8

// encode returns the whole key of args: the fingerprint of their type, and their bytes.
func (f *Func[A, R]) encode(args A) ([]byte, error) {
	key, err := canon.Append(binary.BigEndian.AppendUint64(nil, f.arguments), reflect.ValueOf(&args).Elem())
	if err != nil {
		return nil, fmt.Errorf("lru: arguments: %w", err)
	}
	return key, nil
}

// copied returns a copy of the value of n, which lookup has found and locked.
func copied[R any](s *store[R], n *node[R]) (R, error) {
	value, encoded, err := n.value, n.encoded, n.err
	s.mu.Unlock()
	if encoded == nil {
		return value, err
	}
	return decode[R](encoded)
}

// encode returns a result as bytes, from which every caller gets a copy. A result that contains itself cannot be
// encoded.
func encode[R any](value R) ([]byte, error) {
	encoded, err := canon.Append(nil, reflect.ValueOf(&value).Elem())
	if err != nil {
		return nil, fmt.Errorf("lru: result: %w", err)
	}
	return encoded, nil
}

func decode[R any](encoded []byte) (R, error) {
	var value R
	if err := canon.Decode(encoded, reflect.ValueOf(&value)); err != nil {
		var none R
		return none, fmt.Errorf("lru: result: %w", err)
	}
	return value, nil
}

// newStore returns the part of a function that lives in this process.
func newStore[R any](c *Cache, sh *shared) *store[R] {
	s := &store[R]{clock: &c.clock, shared: sh}
	switch {
	case c.options.Capacity == 0:
	case sh == nil:
		s.valid, s.bytes = never, c.options.Bytes
		s.exact = newRecency[R](c.options.Capacity)
	case c.options.Local == LocalLRU:
		s.exact = newRecency[R](c.options.LocalSize)
	case c.options.Local == LocalTwoQueue:
		s.queues = newTwoQueues[R](c.options.LocalSize)
	}
	if sh != nil {
		s.keys = map[string]key{}
	}
	return s
}

// Invalidate forgets the result for args in all processes, even one that is being computed. If Redis cannot be reached,
// it returns an error, and other processes may still serve the old result.
func (f *Func[A, R]) Invalidate(ctx context.Context, args A) error {
	full, err := f.encode(args)
	if err != nil {
		return err
	}
	k := keyOf(full)
	if f.flat != nil {
		k = keyOfFlat(f.flat, unsafe.Pointer(&args), nil)
	}
	f.store.invalidate(k)
	if f.shared == nil {
		return nil
	}
	_, err = f.shared.function.Forget(ctx, memberOf(full))
	return err
}

func (s *store[R]) invalidate(k key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetKey(k)
}

// Clear forgets all results of the function in all processes, and its statistics.
func (f *Func[A, R]) Clear(ctx context.Context) error {
	f.store.clear()
	if f.shared == nil {
		return nil
	}
	return f.shared.function.Clear(ctx)
}

func (s *store[R]) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.hits += s.hits
	s.seen.misses += s.misses
	s.hits, s.misses, s.lost = 0, 0, 0
	s.forgetAll()
}

// Info is what is known about a function over all processes.
type Info struct {
	Hits     int64 // calls that were answered from memory, or by another caller's computation
	Misses   int64 // calls that were not
	Size     int64 // results that are kept now
	Capacity int   // how many there can be; Unlimited means no bound
	Bytes    int64 // of the results that are kept now, if Options.Bytes bounds them or Redis keeps them
	Lost     int64 // misses because Redis was unavailable
	Reason   string
}

// Info returns the statistics. Other processes' last calls, of up to 200 ms, may be missing. hits + misses = calls.
func (f *Func[A, R]) Info(ctx context.Context) (Info, error) {
	capacity := f.cache.options.Capacity
	if f.shared != nil {
		f.cache.flush(ctx)
		i, err := f.shared.function.Info(ctx)
		return Info{
			Hits: i.Hits, Misses: i.Misses, Size: i.Size, Capacity: capacity, Bytes: i.Bytes, Lost: i.Lost, Reason: i.Reason,
		}, err
	}
	return f.store.info(capacity), nil
}

func (s *store[R]) info(capacity int) Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := Info{Hits: s.hits, Misses: s.misses, Capacity: capacity}
	if s.exact != nil {
		info.Size, info.Bytes = int64(s.exact.nodes.size), s.exact.bytes
	}
	return info
}
