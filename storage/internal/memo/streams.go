package memo

import (
	"io"
	"os"
)

// MaxOutput is how many bytes of output are remembered at most; the output of a command that prints more is only passed
// through.
const MaxOutput = 64 << 20

// Streams are the streams of the command.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Same reports whether both streams of output go into the same file.
func (s Streams) Same() bool {
	out, isFile := s.Out.(*os.File)
	errs, areFiles := s.Err.(*os.File)
	if !isFile || !areFiles {
		return false
	}
	a, err := out.Stat()
	b, err2 := errs.Stat()
	return err == nil && err2 == nil && os.SameFile(a, b)
}
