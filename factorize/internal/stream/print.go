package stream

import (
	"math/big"
	"os"
	"strconv"

	"github.com/pythonweb/goweb/factorize"
	"github.com/pythonweb/goweb/factorize/internal/shard"
)

// begin starts the answer of a number: what is printed under the key.
func (a *answerer) begin(digits []byte, key string) {
	if a.options.JSON {
		a.text.out = append(a.text.out, `{"n":"`...)
	}
	a.text.out = append(a.text.out, digits...)
	a.colon(key)
}

func (a *answerer) colon(key string) {
	if !a.options.JSON {
		a.text.out = append(a.text.out, ':')
		return
	}
	a.text.out = append(a.text.out, `","`...)
	a.text.out = append(a.text.out, key...)
	if key == "count" {
		a.text.out = append(a.text.out, `":`...)
	} else {
		a.text.out = append(a.text.out, `":[`...)
	}
}

// end finishes the line.
func (a *answerer) end() {
	if a.options.JSON {
		if a.options.Format != Count {
			a.text.out = append(a.text.out, ']')
		}
		a.text.out = append(a.text.out, '}')
	}
	a.text.out = append(a.text.out, '\n')
}

// list prints words.
func (a *answerer) list(words []uint64) {
	if !a.options.JSON {
		a.text.out = appendItems(a.text.out, words)
		return
	}
	out := a.text.out
	for i, w := range words {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendQuoted(out, w)
	}
	a.text.out = out
}

func appendQuoted(dst []byte, n uint64) []byte {
	return append(strconv.AppendUint(append(dst, '"'), n, 10), '"')
}

func (a *answerer) value(n uint64) {
	if a.options.JSON {
		a.text.out = appendQuoted(a.text.out, n)
		return
	}
	a.text.out = appendItem(a.text.out, n)
}

func (a *answerer) bigValue(n *big.Int) {
	if a.options.JSON {
		a.text.out = append(n.Append(append(a.text.out, '"'), 10), '"')
		return
	}
	a.text.out = n.Append(append(a.text.out, ' '), 10)
}

// bigItem prints one number of a list.
func (a *answerer) bigItem(n *big.Int) {
	if a.options.JSON && a.text.out[len(a.text.out)-1] != '[' {
		a.text.out = append(a.text.out, ',')
	}
	a.bigValue(n)
}

// primesKey is the key of a list that powers makes.
func (a *answerer) primesKey() string {
	if a.options.Format == Exponents {
		return "powers"
	}
	return "primes"
}

// powers prints the primes, each as often as it divides or with its exponent.
func (a *answerer) powers(powers []factorize.PrimePower) {
	for _, p := range powers {
		if a.options.Format == Exponents {
			a.power(p)
			continue
		}
		for range p.Exponent {
			a.bigItem(p.Prime)
		}
	}
}

func (a *answerer) power(p factorize.PrimePower) {
	if !a.options.JSON {
		a.bigItem(p.Prime)
		if p.Exponent > 1 {
			a.text.out = strconv.AppendInt(append(a.text.out, '^'), int64(p.Exponent), 10)
		}
		return
	}
	if a.text.out[len(a.text.out)-1] != '[' {
		a.text.out = append(a.text.out, ',')
	}
	a.text.out = append(a.text.out, `{"prime":"`...)
	a.text.out = p.Prime.Append(a.text.out, 10)
	a.text.out = append(a.text.out, `","exponent":`...)
	a.text.out = append(strconv.AppendInt(a.text.out, int64(p.Exponent), 10), '}')
}

// partial prints what is known of a number that took too long.
func (a *answerer) partial(digits []byte, e *factorize.PartialError) {
	a.begin(digits, a.primesKey())
	a.powers(e.Found)
	if a.options.JSON {
		a.text.out = append(a.text.out, `],"composite":"`...)
		a.text.out = e.Cofactor.Append(a.text.out, 10)
		a.text.out = append(a.text.out, "\"}\n"...)
		return
	}
	a.text.out = append(a.text.out, " ["...)
	a.text.out = e.Cofactor.Append(a.text.out, 10)
	a.text.out = append(a.text.out, "]\n"...)
}

// refuse tells why a token is not answered.
func (a *answerer) refuse(at place, token []byte, reason string) {
	a.result.Refused++
	if at.word > 0 && isFile(token) {
		reason += "; it is a file, to be read with: factorize --input FILE"
	}
	a.note(at.String()+": "+shortened(token), reason)
}

// isFile reports whether a word of the command line names something that can be read.
func isFile(word []byte) bool {
	_, err := os.Stat(string(word))
	return err == nil
}

func (a *answerer) note(subject, text string) {
	begin := len(a.text.notes)
	a.text.notes = append(a.text.notes, "factorize: "...)
	a.text.notes = append(a.text.notes, subject...)
	a.text.notes = append(a.text.notes, ' ')
	a.text.notes = append(a.text.notes, text...)
	a.text.notes = append(a.text.notes, '\n')
	if a.options.Records {
		a.text.out = append(append(a.text.out, shard.NoteMark...), a.text.notes[begin:]...)
	}
}
