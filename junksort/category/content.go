package category

import (
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Sniffed is how many bytes at a file's start Detect looks at, at most.
const Sniffed = 3072

// Detect looks into a file without an extension. It returns the category and the extension that such files have
// (lower case, without the dot; empty when there is none). Text is documents unless it is recognisably code.
func (t *Table) Detect(r io.Reader) (category, extension string, err error) {
	head := make([]byte, Sniffed)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return Other, "", err
	}
	if n == 0 {
		return Other, "", nil // an empty file is neither text nor anything else
	}
	found := mimetype.Detect(head[:n])
	extension = strings.ToLower(strings.TrimPrefix(found.Extension(), "."))
	if known, ok := t.byExtension[extension]; ok {
		return known, extension, nil
	}
	kind, _, _ := strings.Cut(found.String(), "/")
	switch kind {
	case "image":
		category = "images"
	case "video", "audio":
		category = kind
	case "text":
		category = "documents"
	case "font":
		category = "fonts"
	default:
		category = Other
	}
	return category, extension, nil
}
