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

	flat   *canon.Flat // how arguments are written without allocating; nil when they cannot be
	size   uint8       // of the arguments, when they are one number
	words  *store[uint64, R]
	texts  *store[string, R]
	shares bool // results can be shared by all callers, as nothing in them can be changed

	arguments uint64 // fingerprint of A
	shared    *shared
}

// Memoize returns fn with a memory in c. The name stands for the function in Redis: functions of the same name, in this
// and in other processes, share their results.
//
// Arguments are compared by value: pointers by what they point to, maps in any order, nil apart from empty, and values
// of different types apart, also inside interfaces. Memoize panics when an argument or result type holds what could not
// be kept whole: functions, channels, unexported fields; in results also interfaces.
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
	f := &Func[A, R]{cache: c, call: fn, arguments: fingerprint(arguments), flat: canon.FlatOf(argument), shares: canon.FlatOf(result) != nil}
	if c.redis != nil {
		f.shared = newShared(c, name, fingerprint(results))
	}
	if f.flat != nil {
		f.size, _ = f.flat.Word()
	}
	if f.size > 0 {
		f.words = newStore[uint64, R](c, f.shared)
		c.register(f.words)
	} else {
		f.texts = newStore[string, R](c, f.shared)
		c.register(f.texts)
	}
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
	switch {
	case f.words != nil:
		key := word(f.size, unsafe.Pointer(&args))
		if n := f.words.lookup(key); n != nil {
			if f.shares {
				value := n.value
				f.words.mu.Unlock()
				return value, nil
			}
			return copied(f.words, n)
		}
		return resolve(ctx, f, f.words, key, args)
	case f.flat != nil:
		var buffer [96]byte
		key := f.flat.Append(buffer[:0], unsafe.Pointer(&args))
		if n := f.texts.lookup(unsafe.String(unsafe.SliceData(key), len(key))); n != nil {
			if f.shares {
				value := n.value
				f.texts.mu.Unlock()
				return value, nil
			}
			return copied(f.texts, n)
		}
		return resolve(ctx, f, f.texts, string(key), args)
	}
	key, err := f.encode(args)
	if err != nil {
		var none R
		return none, err
	}
	if n := f.texts.lookup(string(key)); n != nil {
		return copied(f.texts, n)
	}
	return resolve(ctx, f, f.texts, string(key), args)
}

// word reads a number of some bytes.
func word(size uint8, p unsafe.Pointer) uint64 {
	switch size {
	case 8:
		return *(*uint64)(p)
	case 4:
		return uint64(*(*uint32)(p))
	case 2:
		return uint64(*(*uint16)(p))
	}
	return uint64(*(*uint8)(p))
}

// encode returns the whole key of args: the fingerprint of their type, and their bytes.
func (f *Func[A, R]) encode(args A) ([]byte, error) {
	key, err := canon.Append(binary.BigEndian.AppendUint64(nil, f.arguments), reflect.ValueOf(&args).Elem())
	if err != nil {
		return nil, fmt.Errorf("lru: arguments: %w", err)
	}
	return key, nil
}

// copied returns the value of n, which lookup has found and locked, as the caller's own.
func copied[K comparable, R any](s *store[K, R], n *node[K, R]) (R, error) {
	value, encoded := n.value, n.encoded
	s.mu.Unlock()
	if encoded == nil {
		return value, nil
	}
	return decode[R](encoded)
}

// encode returns a result as bytes, of which every caller gets a copy. What contains itself has none.
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
func newStore[K comparable, R any](c *Cache, sh *shared) *store[K, R] {
	s := &store[K, R]{clock: &c.clock, shared: sh}
	switch {
	case c.options.Capacity == 0:
	case sh == nil:
		s.valid = never
		s.exact = newRecency[K, R](c.options.Capacity)
	case c.options.Local == LocalLRU:
		s.exact = newRecency[K, R](c.options.LocalSize)
	case c.options.Local == LocalTwoQueue:
		s.queues = newTwoQueues[K, R](c.options.LocalSize)
	}
	if sh != nil {
		s.keys = map[string]K{}
	}
	return s
}

// Invalidate forgets the result for args in all processes, also one that is being computed. When Redis cannot be told it
// returns an error, and other processes may still serve the old result.
func (f *Func[A, R]) Invalidate(ctx context.Context, args A) error {
	full, err := f.encode(args)
	if err != nil {
		return err
	}
	switch {
	case f.words != nil:
		f.words.invalidate(word(f.size, unsafe.Pointer(&args)))
	case f.flat != nil:
		f.texts.invalidate(string(f.flat.Append(nil, unsafe.Pointer(&args))))
	default:
		f.texts.invalidate(string(full))
	}
	if f.shared == nil {
		return nil
	}
	return f.shared.invalidate(ctx, memberOf(full))
}

func (s *store[K, R]) invalidate(key K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetKey(key)
}

// Clear forgets all results of the function in all processes, and its statistics.
func (f *Func[A, R]) Clear(ctx context.Context) error {
	if f.words != nil {
		f.words.clear()
	} else {
		f.texts.clear()
	}
	if f.shared == nil {
		return nil
	}
	return f.shared.clear(ctx)
}

func (s *store[K, R]) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hits, s.misses = 0, 0
	s.forgetAll()
}

// Info is what is known about a function over all processes.
type Info struct {
	Hits     int64 // calls that were answered from memory, or by another caller's computation
	Misses   int64 // calls that were not
	Size     int64 // results that are kept now
	Capacity int   // how many there can be; Unlimited has no bound
}

// Info returns the statistics. Other processes' last calls, of up to 200 ms, may be missing. hits + misses = calls.
func (f *Func[A, R]) Info(ctx context.Context) (Info, error) {
	capacity := f.cache.options.Capacity
	if f.shared != nil {
		f.cache.flush(ctx)
		hits, misses, size, err := f.shared.info(ctx)
		return Info{Hits: hits, Misses: misses, Size: size, Capacity: capacity}, err
	}
	if f.words != nil {
		return f.words.info(capacity), nil
	}
	return f.texts.info(capacity), nil
}

func (s *store[K, R]) info(capacity int) Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := Info{Hits: s.hits, Misses: s.misses, Capacity: capacity}
	if s.exact != nil {
		info.Size = int64(len(s.exact.nodes))
	}
	return info
}
