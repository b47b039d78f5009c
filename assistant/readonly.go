package assistant

import (
	"context"
	"time"
)

// ReadOnly returns a store that can only be read: whatever would change it returns [ErrReadOnly].
func ReadOnly(s Store) Store { return readOnly{s} }

// readOnly is a store that refuses to be changed.
type readOnly struct{ Store }

func (readOnly) SaveContacts(context.Context, ...*Contact) error           { return ErrReadOnly }
func (readOnly) RestoreContacts(context.Context, ...*Contact) error        { return ErrReadOnly }
func (readOnly) DeleteContact(context.Context, string, int64) error        { return ErrReadOnly }
func (readOnly) SaveNotes(context.Context, ...*Note) error                 { return ErrReadOnly }
func (readOnly) RestoreNotes(context.Context, ...*Note) error              { return ErrReadOnly }
func (readOnly) DeleteNote(context.Context, string, int64) error           { return ErrReadOnly }
func (readOnly) EmptyTrash(context.Context, time.Time) error               { return ErrReadOnly }
func (readOnly) RestorePast(context.Context, ...Past) error                { return ErrReadOnly }
func (readOnly) MergeContacts(context.Context, Merge) error                { return ErrReadOnly }
func (readOnly) UnmergeContacts(context.Context, Unmerge) error            { return ErrReadOnly }
func (readOnly) RestoreMerges(context.Context, ...Merge) error             { return ErrReadOnly }
func (readOnly) SetMarks(context.Context, string, map[string]string) error { return ErrReadOnly }
func (readOnly) SetTagInterval(context.Context, TagInterval) error         { return ErrReadOnly }
