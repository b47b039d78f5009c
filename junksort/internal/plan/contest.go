package plan

import (
	"context"
	"strconv"
	"time"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/filename"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// contest decides which file gets a name where several compete for it (newer, larger) or where duplicates are put aside
// (dedupe). It has to know all files before the first one moves and so keeps all of them in memory, which the planner
// alone does not.
type contest struct {
	entrants []entrant
	byName   map[uint64][]int32 // indexes of entrants, by the key of the name that they want
}

// entrant is a file that wants a name.
type entrant struct {
	tree.File // its stat is that of those who have rivals
	to        *tree.Target
	wanted    dirfd.Name
	ino       uint64
	gone      bool   // could not be looked at
	hash      string // of those whose size somebody else has, under dedupe
}

func newContest() *contest { return &contest{byName: map[uint64][]int32{}} }

// enter adds a file.
func (c *contest) enter(p *Planner, f *tree.Folder, e tree.Entry, t *tree.Target, wanted dirfd.Name) error {
	key := p.taken.Key(t.Index, p.key(wanted))
	c.byName[key] = append(c.byName[key], int32(len(c.entrants)))
	c.entrants = append(c.entrants, entrant{File: tree.File{In: f, Name: e.Name}, to: t, wanted: wanted, ino: e.Ino})
	return nil
}

// settle plans all moves, in path order.
func (c *contest) settle(ctx context.Context, p *Planner) error {
	holders := map[uint64]*entrant{} // the files that have a name already, in DEST
	for key, rivals := range c.byName {
		first := &c.entrants[rivals[0]]
		taken := !p.take(first.to, first.wanted)
		if taken {
			holders[key] = p.holder(first.to, first.wanted)
		}
		if taken || len(rivals) > 1 {
			for _, i := range rivals {
				c.entrants[i].look(p)
			}
		}
	}
	if p.How == Dedupe {
		return c.dedupe(ctx, p, holders)
	}
	return c.compete(ctx, p, holders)
}

// holder looks at the file in DEST that has a name.
func (p *Planner) holder(t *tree.Target, name dirfd.Name) *entrant {
	h := &entrant{File: tree.File{In: t.Folder, Name: name}, to: t, wanted: name}
	h.look(p)
	return h
}

func (e *entrant) look(p *Planner) {
	fd, err := p.Handles.Acquire(e.In)
	if err != nil {
		e.gone = true
		return
	}
	defer p.Handles.Release(e.In)
	s, err := fd.Lstat(e.Name.String())
	e.Stat, e.gone = s, err != nil
	e.ino = s.Ino
}

// compete gives each name to its best file.
func (c *contest) compete(ctx context.Context, p *Planner, holders map[uint64]*entrant) error {
	for i := range c.entrants {
		if err := ctx.Err(); err != nil {
			return err
		}
		e := &c.entrants[i]
		key := p.taken.Key(e.to.Index, p.key(e.wanted))
		m := order.Move{From: e.In, Name: e.Name, To: e.to.Folder, NewName: e.wanted, Ino: e.ino}
		if winner, displaced := c.winner(p, c.byName[key], holders[key]); winner != e {
			m.Family = e.wanted
			m.NewName, m.Number = p.number(e.to, e.wanted)
		} else if displaced != nil {
			d := order.Move{
				From: e.to.Folder, Name: displaced.Name, To: e.to.Folder, Family: displaced.Name,
				Ino: displaced.ino,
			}
			d.NewName, d.Number = p.number(e.to, displaced.Name)
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

// winner returns the entrant that gets the name, and the present holder if it has to make room. In a draw the name
// stays with the holder, or goes to the first in path order.
func (c *contest) winner(p *Planner, rivals []int32, holder *entrant) (winner, displaced *entrant) {
	best := holder
	if holder != nil && !holder.movable(p) {
		return holder, nil
	}
	for _, i := range rivals {
		if e := &c.entrants[i]; best == nil || !e.gone && e.better(best, p.How) {
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
		return e.Stat.Mtime.After(than.Stat.Mtime)
	}
	return e.Stat.Size > than.Stat.Size
}

// movable reports whether the holder of a name may be given another one.
func (e *entrant) movable(p *Planner) bool {
	return !e.gone && e.Stat.Kind() == dirfd.Regular && !p.Style.Portable &&
		!p.Leave.Unfinished(e.Name.Bytes()) && !p.Exclude.Match(e.In, e.Name.Bytes()) && !e.written(p)
}

// written reports whether some process has the file open for writing.
func (e *entrant) written(p *Planner) bool {
	dir, err := p.Handles.Acquire(e.In)
	if err != nil {
		return false
	}
	defer p.Handles.Release(e.In)
	return p.Writers.Has(dir, e.Name, e.Stat.ID())
}

// dedupe puts files aside whose content is at the destination already, under the same name or a numbered form of it.
func (c *contest) dedupe(ctx context.Context, p *Planner, holders map[uint64]*entrant) error {
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
	aside := tree.DropFolder(p.Tree.Root, p.Handles)
	for i := range c.entrants {
		if err := ctx.Err(); err != nil {
			return err
		}
		e := &c.entrants[i]
		m := order.Move{From: e.In, Name: e.Name, To: e.to.Folder, NewName: e.wanted, Ino: e.ino}
		family := families[p.taken.Key(e.to.Index, p.key(e.wanted))]
		switch {
		case family == nil: // no rival
		case family.duplicate(p, e):
			m.To, m.Drop = aside, true
			m.NewName = p.keep(dirfd.NameOf(token + "-" + strconv.Itoa(i)))
		default:
			if !family.free {
				m.Family = e.wanted
				m.NewName, m.Number = p.number(e.to, e.wanted)
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

// family is the files of one name, those with a number included.
type family struct {
	free    bool // no file has the name without a number yet
	rivals  []*entrant
	holders []*entrant // in DEST
	members map[string][]*entrant
}

func (c *contest) family(p *Planner, rivals []int32, holder *entrant) *family {
	f := &family{free: holder == nil, members: map[string][]*entrant{}}
	for _, i := range rivals {
		f.rivals = append(f.rivals, &c.entrants[i])
	}
	if holder == nil {
		return f
	}
	extension := p.Table.Extension(holder.Name.Bytes())
	for n := uint32(2); !holder.gone; n++ {
		f.holders = append(f.holders, holder)
		holder = p.holder(holder.to, filename.Numbered(nil, f.holders[0].Name.Bytes(), extension, n))
	}
	return f
}

func (f *family) join(e *entrant) {
	if e.hash != "" {
		f.members[e.hash] = append(f.members[e.hash], e)
	}
}

// duplicate reports whether e has the same content as a member. Equal hashes only select the member to compare with,
// byte by byte. Two hard links to one file are not duplicates.
func (f *family) duplicate(p *Planner, e *entrant) bool {
	if e.hash == "" {
		return false
	}
	for _, member := range f.members[e.hash] {
		if member.Stat.Same(e.Stat) {
			continue
		}
		if same, err := tree.SameContent(p.Handles, e.File, member.File); err == nil && same {
			return true
		}
	}
	return false
}
