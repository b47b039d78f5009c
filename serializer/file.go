package serializer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/pythonweb/goweb/console/atomicfile"
)

// An Option changes how [Save] and [Load] treat a file.
type Option func(*fileOptions)

type fileOptions struct {
	format Serializer
	perm   fs.FileMode
}

// As sets the format, whatever the name of the file.
func As(format Serializer) Option { return func(o *fileOptions) { o.format = format } }

// Perm sets the permissions of a file that Save creates; without it they are 0600.
func Perm(perm fs.FileMode) Option { return func(o *fileOptions) { o.perm = perm } }

func options(path string, opts []Option) (fileOptions, error) {
	o := fileOptions{perm: 0o600}
	for _, opt := range opts {
		opt(&o)
	}
	if o.format != nil {
		return o, nil
	}
	format, err := FormatOf(path)
	if err != nil {
		return o, err
	}
	for _, known := range Serializers() {
		if known.Name() == string(format) {
			o.format = known
			return o, nil
		}
	}
	return o, fmt.Errorf("%w: %s is not json, cbor or msgpack, which hold one Go value", ErrUnknownFormat, format)
}

// Save writes v to a file: whole or, if it fails or the process dies, not at all.
func Save(path string, v any, opts ...Option) error {
	o, err := options(path, opts)
	if err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	err = atomicfile.Write(path, o.perm, func(w io.Writer) error { return o.format.Encode(w, v) })
	if err != nil {
		return fmt.Errorf("save %s: %w", path, withoutPath(err))
	}
	return nil
}

// Load reads a file into what v points to.
func Load(path string, v any, opts ...Option) error {
	o, err := options(path, opts)
	if err != nil {
		return fmt.Errorf("load %s: %w", path, err)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("load %s: %w", path, withoutPath(err))
	}
	defer f.Close()
	if err := o.format.Decode(f, v); err != nil {
		return fmt.Errorf("load %s: %w", path, withoutPath(err))
	}
	return nil
}

// withoutPath drops the operation and the path that package os adds, which our own message already names.
func withoutPath(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
