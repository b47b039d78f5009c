package assistant

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// An ImportSummary counts the cards of an import.
type ImportSummary struct {
	Added     int `json:"added"`
	Updated   int `json:"updated"`   // cards that changed since they were imported before
	Unchanged int `json:"unchanged"` // cards that are in the address book already
	Refused   int `json:"refused"`
}

// A CardError says why a card was refused.
type CardError struct {
	File string `json:"file"`
	Line int    `json:"line"` // of the card's first line, from 1
	Err  error  `json:"-"`
}

func (e *CardError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap returns the reason.
func (e *CardError) Unwrap() error { return e.Err }

// ImportVCards reads vCards of version 2.1, 3.0 and 4.0 and saves those that are new or have changed. A card that
// is not whole or has no name is refused, which refused is told, and the rest is imported. file is the name for
// messages. The error is one of reading r or of the store; what the summary counts has been saved even then.
func (b *Book) ImportVCards(ctx context.Context, r io.Reader, file string, refused func(*CardError)) (ImportSummary, error) {
	return ImportSummary{}, errors.ErrUnsupported
}

// ExportVCards writes all contacts as vCards of version 4.0, in the order of their names, and returns their number.
func (b *Book) ExportVCards(ctx context.Context, w io.Writer) (int, error) {
	return 0, errors.ErrUnsupported
}
