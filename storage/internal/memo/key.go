// Package memo defines what it means to remember what a command prints: what its output depends on, what a [Store]
// keeps, and in which form. Package compute runs commands. A hit is answered before most of the program is set up, so
// this package imports little, which a test of package first checks.
package memo

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/pythonweb/goweb/storage/internal/entry"
)

// Options say what a command's output depends on, and how long it is remembered.
type Options struct {
	Scope         string // outputs of different scopes are separate
	Store         string // address, as for Folder; empty is the default
	TTL, Stale    time.Duration
	Capacity      int // -1 is unlimited
	Env           []string
	Files         []string // whose content is part of the key
	Cwd           bool
	Stdin         bool
	Key           string // instead of the command, if KeySet
	KeySet        bool
	CacheFailures bool          // remember failures like everything else
	Errors        time.Duration // remember failures for so long; 0 means not at all
}

// Defaults returns the options where none are given.
const (
	DefaultScope    = "default"
	DefaultCapacity = 1000
)

// Namespace and Version are those of the functions, one for each scope, that stand for commands in Redis.
const (
	Namespace = "lrucache"
	Version   = "1"
)

// Surroundings are what a key can depend on besides the command.
type Surroundings struct {
	Lookup func(string) (string, bool) // an environment variable
	Cwd    func() (string, error)
	Sum    func(path string) (string, error) // of a file; empty if there is none
	Stdin  []byte
}

// Here returns the surroundings of this process, without what is on its standard input.
func Here() Surroundings { return Surroundings{Lookup: os.LookupEnv, Cwd: os.Getwd, Sum: sumOf} }

// sumOf returns the checksum of a file. Only a regular file can be read again with the same result.
func sumOf(path string) (string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "read", Path: path, Err: errors.New("it is not a regular file")}
	}
	if err != nil {
		return "", err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return string(sum.Sum(nil)), err
}

// Key is a command's name in a store.
type Key struct {
	Member string // short, and different for every command
	Full   []byte // a checksum of all that the output depends on, and the text by which it is listed
}

// sumSize is the length of the sum.
const sumSize = sha256.Size

// KeyOf returns the key of a command. Everything that it depends on goes into a sum; only the command, or what was
// given instead of it, can be read back: the environment may hold secrets.
func KeyOf(o Options, command []string, s Surroundings) (Key, error) {
	sum := sha256.New()
	part := func(kind byte, text string) {
		var head [9]byte
		head[0] = kind
		binary.BigEndian.PutUint64(head[1:], uint64(len(text)))
		sum.Write(head[:])
		sum.Write([]byte(text))
	}
	text := "K" + o.Key
	if o.KeySet {
		part('k', o.Key)
	} else {
		for _, word := range command {
			part('a', word)
		}
		text = "A" + strings.Join(command, "\x00")
	}
	for _, name := range o.Env {
		part('e', name)
		if value, set := s.Lookup(name); set {
			part('v', value)
		}
	}
	for _, path := range o.Files {
		content, err := s.Sum(path)
		if err != nil {
			return Key{}, err
		}
		part('f', path)
		part('c', content)
	}
	if o.Cwd {
		directory, err := s.Cwd()
		if err != nil {
			return Key{}, err
		}
		part('d', directory)
	}
	if o.Stdin {
		part('i', string(s.Stdin))
	}
	digest := sum.Sum(nil)
	return Key{Member: string(digest[:16]), Full: append(digest, text...)}, nil
}

// ItemOf returns what an entry of a store is about; ok is false if it is not that of a command.
func ItemOf(e entry.Entry) (i Item, ok bool) {
	r, ok := Unpack(e.Payload)
	if !ok || len(e.Key) <= sumSize {
		return Item{}, false
	}
	kind, text := e.Key[sumSize], string(e.Key[sumSize+1:])
	i = Item{
		Words: []string{text}, Keyed: kind == 'K', Code: r.Code, Bytes: len(r.Stdout) + len(r.Stderr),
		Stored: time.UnixMilli(e.Stored),
	}
	if !i.Keyed {
		i.Words = strings.Split(text, "\x00")
	}
	if e.Expires != 0 {
		i.Expires = time.UnixMilli(e.Expires)
	}
	return i, true
}
