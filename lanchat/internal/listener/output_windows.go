package listener

import (
	"context"
	"errors"
	"os"
)

// errUnread says that nobody reads stdout any more.
var errUnread = errors.New("nobody reads the output")

// watchOutput does nothing on Windows: the next write notices that nobody reads.
func watchOutput(*os.File, context.CancelCauseFunc) (stop func()) { return func() {} }
