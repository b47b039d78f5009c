package lru

import (
	"hash/maphash"
	"strings"
	"unsafe"

	"github.com/pythonweb/goweb/storage/internal/canon"
)

// table finds nodes by their keys: a hash table with chains through the nodes. Unlike a map it takes the hash that the
// call has computed already, for looking up, adding and removing alike.
type table[R any] struct {
	chains []*node[R] // their number is a power of two
	size   int        // nodes in all chains
}

// fewestChains is the least number of chains.
const fewestChains = 16

func (t *table[R]) chain(k key) **node[R] { return &t.chains[k.hash&uint64(len(t.chains)-1)] }

func (t *table[R]) get(k key) *node[R] {
	if t.size == 0 {
		return nil
	}
	n := *t.chain(k)
	for n != nil && n.key != k {
		n = n.next
	}
	return n
}

// add adds a node whose key is not in the table.
func (t *table[R]) add(n *node[R]) {
	if t.size >= len(t.chains) {
		t.grow()
	}
	t.size++
	first := t.chain(n.key)
	n.next, *first = *first, n
}

// grow doubles the number of chains.
func (t *table[R]) grow() {
	old := t.chains
	t.chains = make([]*node[R], max(fewestChains, 2*len(old)))
	for _, n := range old {
		for n != nil {
			next, first := n.next, t.chain(n.key)
			n.next, *first = *first, n
			n = next
		}
	}
}

// remove returns the node that it has removed; nil if there is none.
func (t *table[R]) remove(k key) *node[R] {
	if t.size == 0 {
		return nil
	}
	for at := t.chain(k); *at != nil; at = &(*at).next {
		if n := *at; n.key == k {
			*at, n.next = n.next, nil
			t.size--
			return n
		}
	}
	return nil
}

// key stands for the arguments of a call inside the process: two keys of a function are equal if and only if the
// arguments are. The text is all of them; it is empty if the hash alone distinguishes them from all others.
type key struct {
	hash uint64
	text string
}

// seed makes hashes unpredictable.
var seed = maphash.MakeSeed()

// keyOf returns the key of encoded arguments. Its text shares their memory.
func keyOf(written []byte) key {
	return key{maphash.Bytes(seed, written), unsafe.String(unsafe.SliceData(written), len(written))}
}

// keyOfFlat returns the key of the flat arguments that p points to. Its text is in buffer, if that is large enough.
func keyOfFlat(flat *canon.Flat, p unsafe.Pointer, buffer []uint64) key {
	if flat.Single() {
		return key{hash: flat.Number(p)}
	}
	words, hash := flat.Append(buffer, p)
	return key{hash, unsafe.String((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 8*len(words))}
}

// clone returns k with a text of its own, because a lookup uses one on the stack.
func (k key) clone() key { return key{k.hash, strings.Clone(k.text)} }
