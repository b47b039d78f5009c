package lru

import (
	"hash/maphash"
	"strings"
	"unsafe"

	"github.com/pythonweb/goweb/storage/internal/canon"
)

// key stands for the arguments of a call inside the process: two keys of a function are equal if and only if the
// arguments are. The text is all of them; it is empty where the hash alone tells them from all others.
type key struct {
	hash uint64
	text string
}

// seed makes hashes that nobody can foresee.
var seed = maphash.MakeSeed()

// keyOf returns the key of written arguments. Its text is them, and no copy.
func keyOf(written []byte) key {
	return key{maphash.Bytes(seed, written), unsafe.String(unsafe.SliceData(written), len(written))}
}

// keyOfFlat returns the key of the flat arguments that p points to. Its text lies in buffer, if that is large enough.
func keyOfFlat(flat *canon.Flat, p unsafe.Pointer, buffer []uint64) key {
	if flat.Single() {
		return key{hash: flat.Number(p)}
	}
	words, hash := flat.Append(buffer, p)
	return key{hash, unsafe.String((*byte)(unsafe.Pointer(unsafe.SliceData(words))), 8*len(words))}
}

// clone returns k with a text of its own, where a lookup is made with one that lies on the stack.
func (k key) clone() key { return key{k.hash, strings.Clone(k.text)} }
