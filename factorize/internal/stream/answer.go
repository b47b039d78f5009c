package stream

import (
	"context"
	"errors"
	"math/big"

	"github.com/pythonweb/goweb/factorize"
)

// flushSize is how much text a worker gathers before it passes it on.
const flushSize = 32 << 10

// An answerer is one worker: it answers batches, one after the other.
type answerer struct {
	ctx     context.Context // of the one call of work
	options *Options
	window  *window
	used    chan<- []byte // buffers of answered batches, for the reader
	result  Result

	sequence int
	text     text
	primes   [64]uint64
	divisors []uint64
}

func (a *answerer) work(batches <-chan batch) error {
	for {
		a.window.room()
		var b batch
		select {
		case next, ok := <-batches:
			if !ok || a.ctx.Err() != nil {
				return nil
			}
			b = next
		case <-a.ctx.Done():
			return nil // the reader may be in a read that does not end
		}
		a.sequence = b.sequence
		err := a.batch(b)
		if err != nil {
			return err
		}
		if b.buffer != nil {
			select {
			case a.used <- b.buffer:
			default:
			}
		}
		if a.text, err = a.window.finish(b.sequence, a.text); err != nil {
			return err
		}
	}
}

func (a *answerer) batch(b batch) error {
	shard, at := a.options.Shard, b.first
	if b.overlong {
		if shard.has(at) {
			a.refuse(place{line: b.place}, b.text, tooLong)
		}
		return nil
	}
	for i, w := range b.words {
		if shard.has(at) {
			if err := a.token(place{word: b.place + i}, []byte(w)); err != nil {
				return err
			}
		}
		at++
	}
	line := b.place
	for rest := b.text; len(rest) > 0; {
		if isBlank(rest[0]) {
			if rest[0] == '\n' {
				line++
			}
			rest = rest[1:]
			continue
		}
		var err error
		w, length := leadingWord(rest)
		switch {
		case length > 0 && !a.options.Expressions:
			if shard.has(at) {
				a.word(w, rest[:length])
				err = a.flushIfFull()
			}
		default:
			length = a.options.tokenLength(rest)
			if shard.has(at) {
				err = a.token(place{line: line}, rest[:length])
			}
		}
		if err != nil {
			return err
		}
		rest = rest[length:]
		at++
	}
	return nil
}

// token answers one token.
func (a *answerer) token(at place, token []byte) error {
	digits, value, reason := parse(token)
	if reason != "" {
		a.refuse(at, token, reason)
		return nil
	}
	if n, ok := parseWord(digits); ok {
		a.word(n, digits)
		return a.flushIfFull()
	}
	if value == nil {
		value, _ = new(big.Int).SetString(string(digits), 10)
	}
	if err := a.long(digits, value); err != nil {
		return err
	}
	return a.flushIfFull()
}

func (a *answerer) flushIfFull() error {
	if len(a.text.out) >= flushSize {
		return a.flush(false)
	}
	return nil
}

// flush passes the text so far on, if this batch is the oldest. Otherwise the text stays unless it is much, or the
// caller needs its room: then flush waits for the batch's turn.
func (a *answerer) flush(now bool) error {
	if !a.window.oldest(a.sequence) {
		if !now && a.text.size() < 16*flushSize {
			return nil
		}
		if err := a.window.await(a.ctx, a.sequence); err != nil {
			return err
		}
	}
	if err := a.window.write(a.text); err != nil {
		return err
	}
	a.text.clear()
	return nil
}

func (a *answerer) word(n uint64, digits []byte) {
	primes := factorize.AppendPrimes(a.primes[:0], n)
	switch a.options.Format {
	case Primes:
		a.begin(digits, "primes")
		a.list(primes)
	case Exponents:
		a.begin(digits, "powers")
		a.powers(wordPowers(primes))
	case Count:
		a.begin(digits, "count")
		a.value(countOf(primes))
	default:
		a.divisors = factorize.AppendDivisors(a.divisors[:0], n)
		a.begin(digits, "divisors")
		a.list(a.divisors)
	}
	if a.options.Prove && a.options.JSON {
		a.text.out = append(a.text.out, `],"certificates":[`...)
	}
	a.end()
}

func countOf(primes []uint64) uint64 {
	count, run := uint64(1), uint64(1)
	for i, p := range primes {
		run++
		if i+1 == len(primes) || primes[i+1] != p {
			count *= run
			run = 1
		}
	}
	return count
}

// long answers a number of more than 64 bits.
func (a *answerer) long(digits []byte, n *big.Int) error {
	// Whoever waits for the answers before this one should not wait for it as well.
	if a.window.oldest(a.sequence) {
		if err := a.flush(false); err != nil {
			return err
		}
	}
	ctx := a.ctx
	if a.options.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, a.options.Timeout)
		defer cancel()
	}
	powers, err := a.factor(ctx, n)
	if errors.Is(err, errSecond) {
		a.result.Refused++
		a.note(shortened(digits), err.Error())
		return nil
	}
	var partial *factorize.PartialError
	if errors.As(err, &partial) {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		a.result.Partial++
		a.partial(digits, partial)
		return nil
	}
	if err != nil {
		return err
	}
	switch a.options.Format {
	case Primes, Exponents:
		a.begin(digits, a.primesKey())
		a.powers(powers)
	case Count:
		a.begin(digits, "count")
		a.bigValue(factorize.Count(powers))
	default:
		return a.longDivisors(digits, powers)
	}
	if a.options.Prove {
		a.prove(ctx, powers)
		return a.ctx.Err()
	}
	a.end()
	return nil
}

// wordPowers counts equal neighbours.
func wordPowers(primes []uint64) []factorize.PrimePower {
	var powers []factorize.PrimePower
	for i, p := range primes {
		if i > 0 && primes[i-1] == p {
			powers[len(powers)-1].Exponent++
			continue
		}
		powers = append(powers, factorize.PrimePower{Prime: new(big.Int).SetUint64(p), Exponent: 1})
	}
	return powers
}

// errSecond refuses a second long number where a state is kept.
var errSecond = errors.New("is the second long number, and --state keeps only one")

// factor returns the primes of n, with the help of the state that is kept of it.
func (a *answerer) factor(ctx context.Context, n *big.Int) ([]factorize.PrimePower, error) {
	if a.options.State == "" {
		return a.options.Factorizer.Primes(ctx, n)
	}
	if a.window.claim() {
		return nil, errSecond
	}
	s, err := factorize.OpenState(a.options.State, n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	a.result.Kept = true
	return a.options.Factorizer.Resume(ctx, s)
}

func (a *answerer) longDivisors(digits []byte, powers []factorize.PrimePower) error {
	divisors, err := factorize.Ascending(powers)
	if err != nil {
		a.result.Partial++
		a.note(
			shortened(digits),
			"has "+factorize.Count(powers).String()+" divisors, which do not fit into memory (ask for --primes or --count)",
		)
		return nil
	}
	a.begin(digits, "divisors")
	for d := range divisors {
		a.bigItem(d)
		if len(a.text.out) >= flushSize {
			if err := a.flush(false); err != nil {
				return err
			}
			if err := a.ctx.Err(); err != nil {
				return err
			}
		}
	}
	a.end()
	return nil
}
