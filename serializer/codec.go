package serializer

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/pythonweb/goweb/serializer/internal/bind"
	"github.com/pythonweb/goweb/serializer/internal/cbor"
	"github.com/pythonweb/goweb/serializer/internal/event"
	"github.com/pythonweb/goweb/serializer/internal/json"
	"github.com/pythonweb/goweb/serializer/internal/wire"
)

// A codec does the work of the three serializers, each with its own format.
type codec struct {
	format     Format
	limits     Limits
	duplicates Duplicates
	plain      bool
	types      Types
}

func (c codec) settings() bind.Settings {
	return bind.Settings{Options: c.types, Duplicates: c.duplicates, Plain: c.plain, Format: string(c.format)}
}

// buffers are reused by documents that are written.
//
//policy:mutable memory that is used again
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestKept is the largest capacity of a buffer that is kept for reuse.
const largestKept = 64 << 10

func (c codec) encode(w io.Writer, v any) error {
	if c.duplicates == RefuseDuplicates {
		switch c.format {
		case FormatJSON:
			writer := jsonWriters.Get().(*json.Writer)
			defer func() {
				writer.Reset(nil) // holds nothing of the output
				jsonWriters.Put(writer)
			}()
			writer.Reset(w)
			writer.Plain = c.plain
			return bind.Encode(writer, v, c.settings())
		case FormatCBOR:
			writer := cborWriters.Get().(*cbor.Writer)
			defer func() {
				writer.Reset(nil)
				cborWriters.Put(writer)
			}()
			writer.Reset(w)
			writer.Plain = c.plain
			return bind.Encode(writer, v, c.settings())
		}
	}
	writer, err := NewWriterWith(c.format, w, nil, WriterOptions{Duplicates: c.duplicates, Plain: c.plain})
	if err != nil {
		return err
	}
	return bind.Encode(writer, v, c.settings())
}

func (c codec) marshal(v any) ([]byte, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= largestKept {
			buffers.Put(b)
		}
	}()
	b.Reset()
	if err := c.encode(b, v); err != nil {
		return nil, err
	}
	return bytes.Clone(b.Bytes()), nil
}

func (c codec) decode(r io.Reader, v any) error {
	data, err := readAll(r, c.limits.ForTree().Size)
	if err != nil {
		return err
	}
	return c.unmarshal(data, v)
}

func (c codec) unmarshal(data []byte, v any) error {
	limits := c.limits.ForTree()
	if int64(len(data)) > limits.Size {
		return fmt.Errorf("input is larger than %d bytes: %w", limits.Size, event.ErrLimit)
	}
	o := ReaderOptions{Limits: limits, Duplicates: c.duplicates, Plain: c.plain}
	src := wire.MemorySource(data)
	var open func() Reader
	switch c.format {
	case FormatJSON:
		r := jsonReaders.Get().(*json.Reader)
		defer func() {
			r.Reset(wire.Source{}, o) // holds nothing of the input
			jsonReaders.Put(r)
		}()
		open = func() Reader {
			r.Reset(src, o)
			return r
		}
	case FormatCBOR:
		r := cborReaders.Get().(*cbor.Reader)
		defer func() {
			r.Reset(wire.Source{}, o)
			cborReaders.Put(r)
		}()
		open = func() Reader {
			r.Reset(src, o)
			return r
		}
	default:
		known, err := c.format.known()
		if err != nil {
			return err
		}
		open = func() Reader { return known.NewReader(src, nil, o) }
	}
	return bind.Decode(open, v, c.settings())
}

// Readers and writers, kept for reuse.
var (
	//policy:mutable memory that is used again
	jsonWriters = sync.Pool{New: func() any { return json.NewWriter(nil, nil, RefuseDuplicates) }}
	//policy:mutable memory that is used again
	cborWriters = sync.Pool{New: func() any { return cbor.NewWriter(nil) }}
	//policy:mutable memory that is used again
	jsonReaders = sync.Pool{New: func() any { return json.NewReader(wire.Source{}, ReaderOptions{}) }}
	//policy:mutable memory that is used again
	cborReaders = sync.Pool{New: func() any { return cbor.NewReader(wire.Source{}, ReaderOptions{}) }}
)

// readAll reads an input of a limited size.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	if b, ok := r.(*bytes.Reader); ok && int64(b.Len()) <= limit {
		data := make([]byte, b.Len())
		_, err := io.ReadFull(b, data)
		return data, err
	}
	data, err := io.ReadAll(io.LimitReader(r, limit))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) == limit {
		if n, _ := io.ReadFull(r, make([]byte, 1)); n > 0 {
			return nil, fmt.Errorf("input is larger than %d bytes: %w", limit, event.ErrLimit)
		}
	}
	return data, nil
}
