package junksort

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// contest decides who gets a name where files compete for it (newer, larger) or where equal ones are dropped (dedupe).
// It has to know all files before the first one moves, and so keeps them all in memory, unlike the planner alone.
type contest struct {
	entrants []entrant
	byName   map[uint64][]int32 // indexes of entrants, by the key of the name that they want
}

// entrant is a file that wants a name.
type entrant struct {
	from   *folder
	to     *target
	name   dirfd.Name
	wanted dirfd.Name
	ino    uint64
	stat   dirfd.Stat // of those who have rivals
	gone   bool       // could not be looked at
	hash   string     // of those whose size somebody else has, under dedupe
}

func newContest() *contest { return &contest{byName: map[uint64][]int32{}} }

// enter notes a file.
func (c *contest) enter(p *planner, f *folder, e entry, t *target, wanted dirfd.Name) error {
	key := p.taken.key(t.index, p.key(wanted))
	c.byName[key] = append(c.byName[key], int32(len(c.entrants)))
	c.entrants = append(c.entrants, entrant{from: f, to: t, name: e.name, wanted: wanted, ino: e.ino})
	return nil
}

// settle plans all moves, in path order.
func (c *contest) settle(ctx context.Context, p *planner) error {
	holders := map[uint64]*entrant{} // the files that have a name already, in DEST
	for key, rivals := range c.byName {
		first := &c.entrants[rivals[0]]
		taken := !p.taken.add(first.to.index, p.key(first.wanted))
		if taken {
			holders[key] = p.holder(first.to, first.wanted)
		}
		if taken || len(rivals) > 1 {
			for _, i := range rivals {
				c.entrants[i].look(p)
			}
		}
	}
	if p.options.OnConflict == Dedupe {
		return c.dedupe(ctx, p, holders)
	}
	return c.compete(ctx, p, holders)
}

// holder looks at the file in DEST that has a name.
func (p *planner) holder(t *target, name dirfd.Name) *entrant {
	h := &entrant{from: t.folder, to: t, name: name, wanted: name}
	h.look(p)
	return h
}

func (e *entrant) look(p *planner) {
	fd, err := p.handles.acquire(e.from)
	if err != nil {
		e.gone = true
		return
	}
	defer p.handles.release(e.from)
	s, err := fd.Lstat(e.name.String())
	e.stat, e.gone = s, err != nil
	e.ino = s.Ino
}

// compete gives each name to its best file.
func (c *contest) compete(ctx context.Context, p *planner, holders map[uint64]*entrant) error {
	for i := range c.entrants {
		if err := ctx.Err(); err != nil {
			return err
		}
		e := &c.entrants[i]
		key := p.taken.key(e.to.index, p.key(e.wanted))
		m := move{from: e.from, name: e.name, to: e.to.folder, newName: e.wanted, ino: e.ino}
		if winner, displaced := c.winner(p, c.byName[key], holders[key]); winner != e {
			m.family = e.wanted
			m.newName, m.number = p.number(e.to, e.wanted)
		} else if displaced != nil {
			d := move{from: e.to.folder, name: displaced.name, to: e.to.folder, family: displaced.name, ino: displaced.ino}
			d.newName, d.number = p.number(e.to, displaced.name)
			if err := p.add(d); err != nil {
				return err
			}
		}
		if err := p.add(m); err != nil {
			return err
		}
	}
	return nil
}

// winner returns who gets the name, and the present holder if it has to make room. A draw leaves the name to the
// holder, or to the first in path order.
func (c *contest) winner(p *planner, rivals []int32, holder *entrant) (winner, displaced *entrant) {
	best := holder
	if holder != nil && !holder.movable(p) {
		return holder, nil
	}
	for _, i := range rivals {
		if e := &c.entrants[i]; best == nil || !e.gone && e.better(best, p.options.OnConflict) {
			best = e
		}
	}
	if best != holder {
		displaced = holder
	}
	return best, displaced
}

func (e *entrant) better(than *entrant, how Conflict) bool {
	if how == Newer {
		return e.stat.Mtime.After(than.stat.Mtime)
	}
	return e.stat.Size > than.stat.Size
}

// movable reports whether the holder of a name may be given another one.
func (e *entrant) movable(p *planner) bool {
	return !e.gone && e.stat.Kind() == dirfd.Regular && !p.options.Portable &&
		!p.leave.Unfinished(e.name.Bytes()) && !p.exclude.match(e.from, e.name.Bytes()) && !p.writers().has(e.stat.Dev, e.stat.Ino)
}

// dedupe puts files aside whose content is at the destination already, under the same name or a numbered form of it.
func (c *contest) dedupe(ctx context.Context, p *planner, holders map[uint64]*entrant) error {
	families := map[uint64]*family{}
	for key, rivals := range c.byName {
		if holder := holders[key]; holder != nil || len(rivals) > 1 {
			families[key] = c.family(p, rivals, holder)
		}
	}
	if err := hashAll(ctx, p, families); err != nil {
		return err
	}
	token := strconv.FormatInt(time.Now().UnixNano(), 36)
	aside := dropFolder(p.tree.root, p.handles)
	for i := range c.entrants {
		if err := ctx.Err(); err != nil {
			return err
		}
		e := &c.entrants[i]
		m := move{from: e.from, name: e.name, to: e.to.folder, newName: e.wanted, ino: e.ino}
		family := families[p.taken.key(e.to.index, p.key(e.wanted))]
		switch {
		case family == nil: // no rival
		case family.duplicate(p, e):
			m.to, m.drop = aside, true
			m.newName = p.keep(dirfd.NameOf(token + "-" + strconv.Itoa(i)))
		default:
			if !family.free {
				m.family = e.wanted
				m.newName, m.number = p.number(e.to, e.wanted)
			}
			family.free = false
			family.join(e)
		}
		if err := p.add(m); err != nil {
			return err
		}
	}
	return nil
}

// dropFolder returns the folder for what dedupe puts aside, which undo needs.
func dropFolder(root *folder, h *handles) *folder {
	state := &folder{parent: root, name: stateFolder}
	if _, err := h.acquire(state); err == nil { // a dry run need not have it
		h.release(state)
	}
	return &folder{parent: state, name: droppedFolder, made: true}
}

// family are the files of one name, with those that have a number.
type family struct {
	free    bool // nobody has the name itself yet
	rivals  []*entrant
	holders []*entrant // in DEST
	members map[string][]*entrant
}

func (c *contest) family(p *planner, rivals []int32, holder *entrant) *family {
	f := &family{free: holder == nil, members: map[string][]*entrant{}}
	for _, i := range rivals {
		f.rivals = append(f.rivals, &c.entrants[i])
	}
	if holder == nil {
		return f
	}
	extension := p.table.Extension(holder.name.Bytes())
	for n := uint32(2); !holder.gone; n++ {
		f.holders = append(f.holders, holder)
		holder = p.holder(holder.to, numbered(nil, f.holders[0].name.Bytes(), extension, n))
	}
	return f
}

func (f *family) join(e *entrant) {
	if e.hash != "" {
		f.members[e.hash] = append(f.members[e.hash], e)
	}
}

// duplicate reports whether e has the same content as a member. Equal hashes only find the one to compare with, byte
// by byte. Two names of one file are no duplicates.
func (f *family) duplicate(p *planner, e *entrant) bool {
	if e.hash == "" {
		return false
	}
	for _, member := range f.members[e.hash] {
		if member.stat.Same(e.stat) {
			continue
		}
		if same, err := sameContent(p.handles, e, member); err == nil && same {
			return true
		}
	}
	return false
}

var errNotRegular = errors.New("not a regular file")

// openEntrant opens the file and checks that it is the one that was looked at.
func openEntrant(h *handles, e *entrant) (file fs.File, fd int, err error) {
	dir, err := h.acquire(e.from)
	if err != nil {
		return nil, -1, err
	}
	defer h.release(e.from)
	f, err := dir.OpenRegular(e.name.String())
	if err != nil {
		return nil, -1, err
	}
	s, err := dirfd.StatFD(int(f.Fd()))
	switch {
	case err != nil:
	case s.Kind() != dirfd.Regular:
		err = errNotRegular
	case !unchanged(s, e.stat):
		err = errChanged
	default:
		return f, int(f.Fd()), nil
	}
	f.Close()
	return nil, -1, err
}

// unchanged reports whether two looks at a file saw the same content: the change time betrays every write.
func unchanged(a, b dirfd.Stat) bool {
	return a.Same(b) && a.Size == b.Size && a.Mtime.Equal(b.Mtime) && a.Ctime.Equal(b.Ctime)
}
