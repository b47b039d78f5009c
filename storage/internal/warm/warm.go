// Package warm answers from memory before anything else of the program is set up, so that a hit costs little more than
// starting a program. A test of package first checks what it imports.
package warm

import (
	"os"
	"time"

	"github.com/pythonweb/goweb/storage/internal/directory"
	"github.com/pythonweb/goweb/storage/internal/entry"
	"github.com/pythonweb/goweb/storage/internal/memo"
)

// Answer answers a command line "run …" whose command is remembered, and reports the exit code. It does no more than
// that: whatever is unusual, wrong or not remembered it leaves to the rest of the program, without having written
// anything. down reports whether the store failed to answer in time.
func Answer(arguments []string) (code int, answered, down bool) {
	c, ok := parse(arguments)
	if !ok || !c.input && inputUnclear() {
		return 0, false, false
	}
	k, err := memo.KeyOf(c.Options, c.command, memo.Here())
	if err != nil {
		return 0, false, false
	}
	path, isFolder := "", true
	if c.Store == "" {
		path, err = home("XDG_CACHE_HOME", ".cache")
	} else {
		path, isFolder, err = memo.Folder(c.Store)
	}
	switch {
	case err != nil:
		return 0, false, false
	case isFolder:
		code, answered = fromFolder(path, c.Scope, k)
		return code, answered, false
	}
	return fromRedis(c.Options, k)
}

// fromFolder answers from a folder.
func fromFolder(path, scope string, k memo.Key) (code int, answered bool) {
	sealed := directory.Load(path, scope, k.Member)
	var codec entry.Codec
	e, err := codec.Open(sealed, memo.Fingerprint, k.Full)
	if err != nil || !e.Fresh(time.Now().UnixMilli()) {
		return 0, false
	}
	r, ok := memo.Unpack(e.Payload)
	if !ok || !show(r) {
		return 0, false
	}
	directory.CountHit(path, scope)
	return r.Code, true
}

// show prints a result, if it fits the streams.
func show(r memo.Result) bool {
	same := false
	if r.Joined || len(r.Order) > 0 {
		same = memo.Streams{Out: os.Stdout, Err: os.Stderr}.Same()
	}
	if !r.Fits(same) {
		return false
	}
	// A reader that has closed the pipe wants no more, and there is nobody to report another error to.
	_ = r.Print(descriptor(1), descriptor(2), same)
	return true
}
