package command

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/storage/internal/directory"
	"github.com/pythonweb/goweb/storage/internal/entry/pack"
	"github.com/pythonweb/goweb/storage/internal/memo"
	"github.com/pythonweb/goweb/storage/internal/pool"
	"github.com/pythonweb/goweb/storage/internal/protocol"
	"github.com/pythonweb/goweb/storage/internal/server"
	"github.com/pythonweb/goweb/storage/internal/trouble"
)

// place is where outputs are remembered.
type place struct {
	address string // of a Redis, may contain a password; empty for a folder
	folder  string
}

// placeOf returns the place that the flags, the environment or the configuration file name, or else the default: a
// folder of the user.
func placeOf(c *cli.Context) (place, error) {
	address := c.String("store")
	if address == "" {
		folder, err := console.CacheDir(c.App.Name)
		return place{folder: folder}, err
	}
	path, isFolder, err := memo.Folder(address)
	switch {
	case errors.Is(err, memo.ErrPlace):
		return place{}, problems().Explain(err)
	case err != nil:
		return place{}, err
	case isFolder:
		path, err = filepath.Abs(path)
		return place{folder: path}, err
	}
	return place{address: address}, nil
}

// open opens the store there. A Redis may take as long as first to answer for the first time.
func (p place) open(first time.Duration) (memo.Store, error) {
	if p.address == "" {
		store, err := directory.Open(p.folder, new(pack.Zstd))
		if err != nil {
			return nil, console.Errorf(console.Failed, "", "--store: %w", err)
		}
		return store, nil
	}
	store, err := server.Open(p.address, first)
	switch {
	case errors.Is(err, pool.ErrForm):
		return nil, problems().Explain(err)
	case err != nil: // which contains no password
		return nil, console.Errorf(console.Usage, "", "--store: %w", err)
	}
	return store, nil
}

// lost counts a call for which the store was unavailable: in the store if that is possible, else in a folder of this
// program's own data.
func (p place) lost(c *cli.Context, store memo.Store, scope string, reason error) {
	counts := memo.Counts{Lost: 1, Reason: trouble.Of(reason).What}
	if protocol.IsAnswer(reason) || p.address == "" {
		if store.Count(c.Context, scope, counts) == nil {
			return
		}
	}
	if beside, err := p.beside(c); err == nil {
		_ = beside.Count(c.Context, p.scope(scope), counts) // there is nowhere left to report it
	}
}

// beside returns the store in this program's own data that counts what other stores could not.
func (p place) beside(c *cli.Context) (memo.Store, error) {
	folder, err := console.StateDir(c.App.Name)
	if err != nil {
		return nil, err
	}
	return directory.Open(folder+"/lost", new(pack.Zstd))
}

// scope returns the scope there that stands for one of this place.
func (p place) scope(scope string) string {
	sum := sha256.Sum256([]byte(p.address + "\x00" + p.folder + "\x00" + scope))
	return hex.EncodeToString(sum[:16])
}

// ask opens the store for do, which needs its answers.
func ask(c *cli.Context, do func(p place, store memo.Store) error) error {
	p, err := placeOf(c)
	if err != nil {
		return err
	}
	store, err := p.open(protocol.Patience)
	if err != nil {
		return err
	}
	err = do(p, store)
	if closing := store.Close(); err == nil {
		err = closing
	}
	return p.problems().Explain(err)
}
