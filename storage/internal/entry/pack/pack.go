// Package pack compresses the payloads of entries by Zstandard (RFC 8878). It is separate from package entry for the
// sake of programs that answer one hit: setting it up takes longer than that.
package pack

import (
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/pythonweb/goweb/storage/internal/entry"
)

// Zstd is an [entry.Packer]. The zero value is ready to use; a program whose values are small never pays for the
// set-up.
type Zstd struct {
	once    sync.Once
	encoder *zstd.Encoder
	decoder *zstd.Decoder
	err     error
}

var _ entry.Packer = (*Zstd)(nil)

// Pack implements [entry.Packer].
func (z *Zstd) Pack(payload []byte) (packed []byte, ok bool) {
	if z.ready() != nil {
		return nil, false
	}
	return z.encoder.EncodeAll(payload, nil), true
}

// Unpack implements [entry.Packer].
func (z *Zstd) Unpack(packed []byte) ([]byte, error) {
	if err := z.ready(); err != nil {
		return nil, err
	}
	return z.decoder.DecodeAll(packed, nil)
}

// ready sets up the encoder and the decoder, on first use.
func (z *Zstd) ready() error {
	z.once.Do(func() {
		z.encoder, z.err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
		if z.err == nil {
			z.decoder, z.err = zstd.NewReader(
				nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(entry.MaxPayload),
			)
		}
	})
	return z.err
}
