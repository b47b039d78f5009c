package assistant

import (
	"bytes"
	"slices"
	"strings"

	"github.com/emersion/go-vcard"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// Apple's address book says in properties of its own what KIND and MEMBER of RFC 6350 say.
const (
	appleKind   = "X-ADDRESSBOOKSERVER-KIND"
	appleMember = "X-ADDRESSBOOKSERVER-MEMBER"
)

// A group is what a card of a group says: its name is a tag of its members.
type group struct {
	tag     string   // "" is none
	members []string // ids, see memberIDs
	has     map[string]bool
}

// A member is a contact as the card of a group names it.
type member struct{ id, uri string }

// isGroup reports whether a card is one of a group, as Apple and RFC 6350 write it.
func isGroup(card *vcf.Card) bool {
	return slices.ContainsFunc(card.Properties, func(p vcf.Property) bool {
		return (p.Name == vcard.FieldKind || p.Name == appleKind) &&
			strings.EqualFold(strings.TrimSpace(p.Text()), "group")
	})
}

// memberIDs returns the ids that the contact named by a property may have; nil if it names none. Programs write
// urn:uuid: also before a UID that is not a UUID.
func memberIDs(p *vcf.Property) []string {
	if p.Name != vcard.FieldMember && p.Name != appleMember {
		return nil
	}
	uid := line(p.Text())
	ids := []string{uidID(uid)}
	if bare := withoutScheme(uid, "urn:uuid:"); bare != uid && uidID(bare) != ids[0] {
		ids = append(ids, uidID(bare))
	}
	return ids
}

// group returns what the contact says as a group, which is nothing if it is not a group or is nil.
func (c *Contact) group() group {
	if c == nil || !c.Group {
		return group{}
	}
	g := group{has: make(map[string]bool)}
	if tags := CleanTags([]string{c.Name}); len(tags) > 0 {
		g.tag = tags[0]
	}
	if card, err := vcf.Parse(c.Source); err == nil {
		for i := range card.Properties {
			g.members = append(g.members, memberIDs(&card.Properties[i])...)
		}
	}
	for _, id := range g.members {
		g.has[id] = true
	}
	return g
}

// changeMembers gives a group the members that it does not have and removes others. Every other line of its card stays
// as it is.
func (c *Contact) changeMembers(add []member, remove []string) {
	card, err := vcf.Parse(c.Source)
	if err != nil {
		return
	}
	name, last, have := vcard.FieldMember, -1, make(map[string]bool)
	for _, p := range card.Properties {
		if p.Name == appleKind || p.Name == appleMember {
			name = appleMember
		}
	}
	var result []vcf.Property
	changed := false
	for i := range card.Properties {
		p := card.Properties[i]
		ids := memberIDs(&p)
		if slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(remove, id) }) {
			changed = true
			continue
		}
		result = append(result, p)
		for _, id := range ids {
			have[id], last, name = true, len(result), p.Name
		}
	}
	if last < 0 {
		last = len(result)
	}
	var added []vcf.Property
	for _, m := range add {
		if !have[m.id] {
			have[m.id], changed = true, true
			added = append(added, vcf.Property{Name: name, Value: vcf.Escape(m.uri)})
		}
	}
	result = slices.Insert(result, last, added...)
	if changed {
		card.Properties = result
		c.Source = card.Encode()
	}
}

// member returns the contact as the card of a group names it: by its UID.
func (c *Contact) member() member {
	uid := c.ID
	if card, err := vcf.Parse(c.Source); err == nil && hasUID(card) {
		uid = line(card.First(vcard.FieldUID).Text())
	}
	if scheme, rest, found := strings.Cut(uid, ":"); found && rest != "" && isScheme(scheme) {
		return member{c.ID, uid}
	}
	return member{c.ID, "urn:uuid:" + uid}
}

// mergedGroup returns here with the changes that there made to its name and members since base.
func mergedGroup(base, there, here *Contact) *Contact {
	merged := *here
	if here.Name == base.Name {
		merged.Name = there.Name
	}
	after := there.group().has
	gone := slices.DeleteFunc(base.group().members, func(id string) bool { return after[id] })
	merged.changeMembers(nil, gone)
	merged.takeMembers(base, there)
	merged.Source = merged.VCard()
	return &merged
}

// takeMembers adds the members of another version of the group that base does not have; nil is an empty one.
func (c *Contact) takeMembers(base, there *Contact) {
	before := base.group().has
	card, err := vcf.Parse(there.Source)
	if err != nil {
		return
	}
	var added []member
	for i := range card.Properties {
		p := &card.Properties[i]
		ids := memberIDs(p)
		if len(ids) > 0 && !before[ids[0]] {
			added = append(added, member{ids[len(ids)-1], line(p.Text())})
		}
	}
	c.changeMembers(added, nil)
}

// SettleKind turns a contact into a group if its card is that of a group, and reports whether it had been taken for a
// person. It is for what was stored by versions of this package that did not know groups.
func (c *Contact) SettleKind() bool {
	// Most cards are those of people, and finding that out must be quick.
	if c.Group || !bytes.Contains(bytes.ToUpper(c.Source), []byte(vcard.FieldKind)) {
		return false
	}
	card, err := vcf.Parse(c.Source)
	if err != nil || !isGroup(card) {
		return false
	}
	name := c.Name
	*c = Contact{
		ID: c.ID, Version: c.Version, Name: name, Group: true, Created: c.Created, Updated: c.Updated,
		Source: c.Source, Resource: c.Resource,
	}
	return true
}

// hasTag reports whether tag is one of tags, compared folded.
func hasTag(tags []string, tag string) bool {
	return tag != "" && slices.ContainsFunc(tags, func(have string) bool { return foldedEqual(have, tag) })
}

// withTag and withoutTag do not modify the slice that they are given, and return it unchanged if there is nothing to
// do.
func withTag(tags []string, tag string) []string {
	if hasTag(tags, tag) {
		return tags
	}
	return CleanTags(append(slices.Clone(tags), tag))
}

func withoutTag(tags []string, tag string) []string {
	if !hasTag(tags, tag) {
		return tags
	}
	return CleanTags(slices.DeleteFunc(slices.Clone(tags), func(have string) bool { return foldedEqual(have, tag) }))
}

// people returns those of the contacts that are not groups.
func people(list []*Contact) []*Contact {
	return slices.DeleteFunc(list, func(c *Contact) bool { return c.Group })
}
