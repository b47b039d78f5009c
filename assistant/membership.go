package assistant

import (
	"context"
	"errors"
	"slices"
	"time"
)

// A Membership keeps the groups of a book and the tags of its people in step, for the stores: the name of a group is a
// tag of its members, and whoever gets or loses that tag joins or leaves the group. What has to change as a consequence
// of what a user changes is saved with it.
type Membership struct {
	Store ContactStore

	// Save writes contacts and nothing else, see [ContactStore.SaveContacts].
	Save func(ctx context.Context, contacts ...*Contact) error
}

// moves is what is to change besides what is saved: who joins and leaves which groups, and who gets and loses which
// tags. People and groups are given by their ids.
type moves struct {
	join, leave map[string][]string // people by groups
	tag, untag  map[string][]string // tags by people
}

// ids returns the groups and people that change.
func (m *moves) ids() []string {
	var ids []string
	for _, list := range []map[string][]string{m.join, m.leave, m.tag, m.untag} {
		for id := range list {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// SaveContacts is [ContactStore.SaveContacts].
func (m Membership) SaveContacts(ctx context.Context, list ...*Contact) error {
	return m.Write(ctx, list, func(ctx context.Context, beside []*Contact) error {
		return m.Save(ctx, append(slices.Clone(list), beside...)...)
	})
}

// attempts is how often, at most, a change is tried that crosses changes made by others.
const attempts = 5

// Write makes a change that saves contacts. write does that, and also saves the contacts beside, together with the
// others or after them. If someone changes one of the contacts beside in between, write is called again, unless the
// others have been saved; then only the contacts beside are.
func (m Membership) Write(
	ctx context.Context, list []*Contact, write func(ctx context.Context, beside []*Contact) error,
) error {
	groups, err := m.Store.Groups(ctx)
	if err != nil {
		return err
	}
	if len(groups) == 0 && !slices.ContainsFunc(list, func(c *Contact) bool { return c.Group }) {
		return write(ctx, nil)
	}
	before := make([]Contact, len(list))
	for i, c := range list {
		before[i] = *c
	}
	moves, err := m.plan(ctx, list, groups)
	saved := false
	for attempt := 1; err == nil; attempt++ {
		var beside []*Contact
		if beside, err = m.carryOut(ctx, moves, list); err != nil {
			break
		}
		if !saved {
			err = write(ctx, beside)
			saved = len(list) > 0 && list[0].Version != before[0].Version
		} else if len(beside) > 0 {
			err = m.Save(ctx, beside...)
		}
		if !crossed(err, beside) || attempt == attempts {
			break
		}
		err = nil
	}
	if err != nil && !saved { // the contacts are as they were
		for i, was := range before {
			list[i].Tags, list[i].Source = was.Tags, was.Source
		}
	}
	return err
}

// crossed reports whether someone else has changed what was to be saved along with a change.
func crossed(err error, beside []*Contact) bool {
	var conflict *ConflictError
	return errors.As(err, &conflict) &&
		slices.ContainsFunc(beside, func(c *Contact) bool { return c.ID == conflict.ID })
}

// DeleteContact is [ContactStore.DeleteContact], where remove does the removing. The members of a group that is removed
// lose its tag.
func (m Membership) DeleteContact(ctx context.Context, id string, remove func() error) error {
	groups, err := m.Store.Groups(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(groups, func(g *Contact) bool { return g.ID == id })
	if err := remove(); err != nil || at < 0 {
		return err
	}
	gone := groups[at].group()
	groups = slices.Delete(groups, at, at+1)
	if slices.ContainsFunc(groups, func(g *Contact) bool { return foldedEqual(g.group().tag, gone.tag) }) {
		return nil
	}
	untag := &moves{untag: make(map[string][]string)}
	for _, member := range gone.members {
		untag.untag[member] = []string{gone.tag}
	}
	for attempt := 1; ; attempt++ {
		beside, err := m.carryOut(ctx, untag, nil)
		if err == nil && len(beside) > 0 {
			err = m.Save(ctx, beside...)
		}
		if !crossed(err, beside) || attempt == attempts {
			return err
		}
	}
}

// plan finds what has to change along with a list of contacts, and makes those of the changes that concern the list
// itself.
func (m Membership) plan(ctx context.Context, list, groups []*Contact) (*moves, error) {
	var ids []string
	for _, c := range list {
		if c.Version != 0 {
			ids = append(ids, c.ID)
		}
	}
	found, err := m.Store.Contacts(ctx, ids...)
	if err != nil {
		return nil, err
	}
	former := byID(found)
	saved := byID(list)
	p := &planning{
		moves: moves{
			make(map[string][]string), make(map[string][]string), make(map[string][]string), make(map[string][]string),
		},
		groups: make(map[string]group),
		saved:  saved,
	}
	for _, g := range groups {
		if saved[g.ID] == nil {
			p.groups[g.ID] = g.group()
		}
	}
	for _, c := range list {
		was := former[c.ID]
		if !c.Group && (was == nil || !was.Group) {
			continue
		}
		if c.Group && !foldedEqual(was.group().tag, c.group().tag) {
			if err := m.gather(ctx, c); err != nil {
				return nil, err
			}
		}
		p.group(c.ID, was.group(), c.group())
	}
	for _, c := range list {
		if !c.Group {
			p.change(c, nil)
		}
	}
	for _, c := range list {
		p.person(former[c.ID], c)
	}
	return &p.moves, nil
}

// gather makes those who have the tag of a group already its members.
func (m Membership) gather(ctx context.Context, c *Contact) error {
	g := c.group()
	if g.tag == "" {
		return nil
	}
	var found []member
	for q := (ContactQuery{Filter: Filter{Tags: []string{g.tag}}, Limit: pageSize, Bytes: pageBytes}); ; {
		page, err := m.Store.ListContacts(ctx, q)
		if err != nil {
			return err
		}
		for _, person := range page.Contacts {
			if !g.has[person.ID] {
				found = append(found, person.member())
			}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	c.changeMembers(found, nil)
	return nil
}

// planning makes a plan.
type planning struct {
	moves
	groups map[string]group // as they are, by id; those that are saved as they will be
	saved  map[string]*Contact
}

// group plans what a change of a group means for its members and for other groups of its name.
func (p *planning) group(id string, was, now group) {
	p.groups[id] = now
	renamed := !foldedEqual(was.tag, now.tag)
	others := func(tag string) (ids []string) {
		for other, g := range p.groups {
			if other != id && foldedEqual(g.tag, tag) {
				ids = append(ids, other)
			}
		}
		return ids
	}
	stay := others(was.tag)
	for _, person := range was.members {
		if was.tag == "" || !renamed && now.has[person] || renamed && len(stay) > 0 {
			continue
		}
		p.untag[person] = append(p.untag[person], was.tag)
		for _, other := range stay {
			p.leave[other] = append(p.leave[other], person)
		}
	}
	for _, person := range now.members {
		if now.tag == "" || !renamed && was.has[person] {
			continue
		}
		p.tag[person] = append(p.tag[person], now.tag)
		for _, other := range others(now.tag) {
			p.join[other] = append(p.join[other], person)
		}
	}
}

// person plans what a change of someone's tags means for groups. A new contact that is a member already gets the tag:
// programs may send the card of a group before those of its members.
func (p *planning) person(was, now *Contact) {
	var before []string
	if was != nil && !was.Group {
		before = was.Tags
	}
	for id, g := range p.groups {
		if g.tag == "" || id == now.ID {
			continue
		}
		isMember := g.has[now.ID]
		if was == nil && isMember && !now.Group && !hasTag(now.Tags, g.tag) {
			now.Tags = withTag(now.Tags, g.tag)
		}
		switch had, has := hasTag(before, g.tag), hasTag(now.Tags, g.tag); {
		case has && !had && !isMember:
			p.join[id] = append(p.join[id], now.ID)
		case had && !has && isMember:
			p.leave[id] = append(p.leave[id], now.ID)
		}
	}
}

// carryOut reads what is to change, changes it, and returns what is to be saved besides the list. Contacts of the list
// are changed in place.
func (m Membership) carryOut(ctx context.Context, moves *moves, list []*Contact) ([]*Contact, error) {
	ids := moves.ids()
	if len(ids) == 0 {
		return nil, nil
	}
	var wanted []string
	saved := byID(list)
	for _, id := range ids {
		if saved[id] == nil {
			wanted = append(wanted, id)
		}
	}
	for _, people := range moves.join {
		for _, id := range people {
			if saved[id] == nil {
				wanted = append(wanted, id)
			}
		}
	}
	slices.Sort(wanted)
	found, err := m.Store.Contacts(ctx, slices.Compact(wanted)...)
	if err != nil {
		return nil, err
	}
	there := byID(append(slices.Clone(list), found...))
	var beside []*Contact
	for _, id := range ids {
		c := there[id]
		if c == nil {
			continue // a member that is not a contact of the book
		}
		source, tags := c.Source, c.Tags
		moves.change(c, there)
		if saved[id] == nil && (!slices.Equal(tags, c.Tags) || string(source) != string(c.Source)) {
			c.Updated = time.Now().UTC().Truncate(time.Millisecond)
			beside = append(beside, c)
		}
	}
	return beside, nil
}

// change applies the plan to a contact.
func (m *moves) change(c *Contact, there map[string]*Contact) {
	if c.Group {
		var join []member
		for _, id := range m.join[c.ID] {
			if person := there[id]; person != nil {
				join = append(join, person.member())
			}
		}
		c.changeMembers(join, m.leave[c.ID])
		return
	}
	for _, tag := range m.untag[c.ID] {
		c.Tags = withoutTag(c.Tags, tag)
	}
	for _, tag := range m.tag[c.ID] {
		c.Tags = withTag(c.Tags, tag)
	}
}

// Settle gives the members of every group their tags and the groups those who have their tags, for a book in which they
// were not kept in step.
func (m Membership) Settle(ctx context.Context) error {
	groups, err := m.Store.Groups(ctx)
	for _, c := range groups {
		if err != nil {
			break
		}
		tag := &moves{tag: make(map[string][]string)}
		for _, member := range c.group().members {
			tag.tag[member] = []string{c.group().tag}
		}
		var beside []*Contact
		beside, err = m.carryOut(ctx, tag, nil)
		if err == nil && len(beside) > 0 {
			err = m.Save(ctx, beside...)
		}
		was := string(c.Source)
		if err == nil {
			err = m.gather(ctx, c)
		}
		if err == nil && string(c.Source) != was {
			err = m.Save(ctx, c)
		}
	}
	return err
}

func byID(list []*Contact) map[string]*Contact {
	m := make(map[string]*Contact, len(list))
	for _, c := range list {
		m[c.ID] = c
	}
	return m
}
