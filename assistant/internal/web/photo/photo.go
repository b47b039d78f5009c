// Package photo makes photos from what people send: a picture that is decoded and encoded again contains nothing but
// the picture, no location and no script.
package photo

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	_ "image/gif" // to decode it
	"image/jpeg"
	_ "image/png" // to decode it

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // to decode it

	"github.com/pythonweb/goweb/assistant"
)

// The limits of a picture: more pixels would take more memory than a photo is worth, and a larger photo more space in
// the store.
const (
	maxPixels = 40 << 20
	maxSide   = 1024
)

// ErrNoPicture reports that data is not a picture, or is one that is too large.
var ErrNoPicture = errors.New("not a picture that can be read")

// Encode returns the picture in data (JPEG, PNG, GIF, WebP; at most 40 million pixels) as a JPEG of at most 1024 pixels
// on each side. Error: [ErrNoPicture].
func Encode(data []byte) (*assistant.Photo, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return nil, ErrNoPicture
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, ErrNoPicture
	}
	bounds := picture.Bounds()
	width, height := bounds.Dx(), bounds.Dy()
	if longest := max(width, height); longest > maxSide {
		width, height = max(1, width*maxSide/longest), max(1, height*maxSide/longest)
	}
	// Transparent pixels become white, as on paper.
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(small, small.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(small, small.Bounds(), picture, bounds, draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: 85}); err != nil {
		return nil, err
	}
	return &assistant.Photo{MediaType: "image/jpeg", Data: out.Bytes()}, nil
}
