package assistant

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-vcard"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// A group is what a card of a group says: its name is a tag of its members.
type group struct {
	name    string
	members []string // ids of contacts
}

// readGroup reports whether a card is one of a group, as Apple and RFC 6350 write it.
func readGroup(card *vcf.Card) (group, bool) {
	var g group
	is := false
	for i := range card.Properties {
		p := &card.Properties[i]
		switch p.Name {
		case vcard.FieldKind, "X-ADDRESSBOOKSERVER-KIND":
			is = is || strings.EqualFold(strings.TrimSpace(p.Text()), "group")
		case vcard.FieldMember, "X-ADDRESSBOOKSERVER-MEMBER":
			uid := line(p.Text())
			g.members = append(g.members, uidID(uid))
			if bare := withoutScheme(uid, "urn:uuid:"); bare != uid {
				g.members = append(g.members, uidID(bare)) // programs write so of a UID that is no UUID
			}
		case vcard.FieldFormattedName:
			g.name = line(p.Text())
		case vcard.FieldName:
			if g.name == "" {
				g.name = strings.Join(nonEmpty(p.Components()), " ")
			}
		}
	}
	return g, is
}

// Finish gives the members of the groups that were read their tags.
func (i *Importer) Finish(ctx context.Context) error {
	ctx = WithVia(ctx, ViaImport)
	for _, g := range i.groups {
		if g.name == "" || i.pretended != nil {
			continue
		}
		for part := range slices.Chunk(g.members, importBatch) {
			if err := i.tagAll(ctx, g.name, part); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *Importer) tagAll(ctx context.Context, tag string, ids []string) error {
	for attempt := 1; ; attempt++ {
		found, err := i.book.Store.Contacts(ctx, ids...)
		if err != nil {
			return err
		}
		var changed []*Contact
		for _, c := range found {
			if !slices.ContainsFunc(c.Tags, func(have string) bool { return foldedEqual(have, tag) }) {
				c.Tags = CleanTags(append(slices.Clone(c.Tags), tag))
				c.Updated = i.book.now()
				changed = append(changed, c)
			}
		}
		if len(changed) == 0 {
			return nil
		}
		err = i.book.Store.SaveContacts(ctx, changed...)
		var conflict *ConflictError
		if !errors.As(err, &conflict) || attempt == 5 {
			return err
		}
	}
}
