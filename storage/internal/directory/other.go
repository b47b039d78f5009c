//go:build !unix

// Package directory remembers outputs in a folder, on systems that lock files as Unix does.
package directory

import (
	"errors"

	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

// Store is not available on this system.
type Store struct{ memo.Store }

// Open fails.
func Open(string, entry.Packer) (*Store, error) {
	return nil, errors.New("a folder needs Unix file locks (use --store redis://HOST)")
}

// Load returns nil.
func Load(_, _, _ string) []byte { return nil }

// CountHit does nothing.
func CountHit(_, _ string) {}
