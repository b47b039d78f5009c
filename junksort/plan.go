package junksort

import (
	"context"
	"errors"
	"io/fs"

	"github.com/pythonweb/goweb/junksort/dirfd"
)

// planner gives every file its new name, in path order, so that neither the engine nor the number of workers decides
// who gets which number. It is one goroutine's.
type planner struct {
	rules
	tree    *tree
	destDev uint64
	taken   *nameSet
	next    map[uint64]uint32 // the next number to try, by the key of the wanted name
	batch   *batch
	handOn  func(*batch) (*batch, error) // takes a full batch and returns an empty one
	buffer  []byte
	contest *contest // who gets a name, where the options let files compete
	result  func(Result)
}

// plan visits the tree and hands on all moves.
func (p *planner) plan(ctx context.Context) error {
	err := p.tree.visit(ctx, p.tree.root, p.file)
	if err == nil && p.contest != nil {
		err = p.contest.settle(ctx, p)
	}
	if err == nil && len(p.batch.moves) > 0 {
		p.batch, err = p.handOn(p.batch)
	}
	return err
}

// file plans one file.
func (p *planner) file(ctx context.Context, f *folder, e entry) error {
	t := p.targets.at(e.target)
	if !t.opened {
		if err := p.open(ctx, t); err != nil {
			return err
		}
	}
	if t.refused != "" {
		f.left.Add(1)
		p.result(Result{Action: Failed, From: f.join(e.name.String()), Reason: t.refused})
		return nil
	}
	wanted := e.name
	if p.options.Rename {
		if renamed := transliterated(e.name.Bytes(), p.table.Extension(e.name.Bytes())); renamed != nil {
			wanted = renamed
		}
	}
	if p.contest != nil {
		return p.contest.enter(p, f, e, t, wanted)
	}
	m := move{from: f, name: e.name, to: t.folder, newName: wanted, ino: e.ino}
	if !p.taken.add(t.index, p.key(wanted)) {
		if p.options.OnConflict == Skip {
			p.skip(f, e.name)
			return nil
		}
		m.family = wanted
		m.newName, m.number = p.number(t, wanted)
	}
	return p.add(m)
}

func (p *planner) skip(f *folder, name dirfd.Name) {
	f.left.Add(1)
	p.result(Result{Action: Skipped, From: f.join(name.String()), Reason: "the name is taken"})
}

// key returns the form in which names are compared.
func (p *planner) key(name dirfd.Name) []byte {
	if p.options.Portable {
		return folded(name.Bytes())
	}
	return name.Bytes()
}

// number returns the first free numbered form of a taken name. The search goes on where the last one for that name
// ended, so that a thousand equal names cost no more than a thousand different ones.
func (p *planner) number(t *target, name dirfd.Name) (dirfd.Name, uint32) {
	family := p.taken.key(t.index, p.key(name))
	extension := p.table.Extension(name.Bytes())
	for n := max(p.next[family], 2); ; n++ {
		p.buffer = p.buffer[:0]
		candidate := numbered(p.buffer, name.Bytes(), extension, n)
		if p.taken.add(t.index, p.key(candidate)) {
			p.next[family] = n + 1
			return p.keep(candidate), n
		}
	}
}

// keep copies a name into the batch's memory.
func (p *planner) keep(name dirfd.Name) dirfd.Name {
	start := len(p.batch.names)
	p.batch.names = append(p.batch.names, name...)
	return dirfd.Name(p.batch.names[start:len(p.batch.names):len(p.batch.names)])
}

// add puts m into the batch and hands the batch on when it is full.
func (p *planner) add(m move) error {
	m.dev = m.from.stat.Dev
	m.copy = m.dev != p.destDev && !m.drop
	p.batch.moves = append(p.batch.moves, m)
	if !p.batch.full() {
		return nil
	}
	var err error
	p.batch, err = p.handOn(p.batch)
	return err
}

// open looks at the destination t for the first time: whether files can go there, and which names it has. Nothing has
// been moved there yet, and the walk has listed the same folder if it is part of the tree.
func (p *planner) open(ctx context.Context, t *target) error {
	t.opened = true
	if err := p.tree.awaitTarget(ctx, t); err != nil {
		return err
	}
	fd, err := p.handles.acquire(t.folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.folder.made = true
		return p.openMissing(t)
	case errors.Is(err, dirfd.ErrLink), errors.Is(err, dirfd.ErrMount):
		t.refused = t.folder.path() + ": " + err.Error()
		return nil
	case err != nil:
		t.refused = t.folder.path() + ": " + reason(err)
		return nil
	}
	defer p.handles.release(t.folder)
	return fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		p.taken.add(t.index, p.key(e.Name))
		return nil
	})
}

// openMissing refuses a folder that is to be made where a like-named one is, if names must be portable.
func (p *planner) openMissing(t *target) error {
	if !p.options.Portable {
		return nil
	}
	fd, err := p.handles.acquire(p.targets.dest)
	if err != nil {
		return nil // DEST is to be made too
	}
	defer p.handles.release(p.targets.dest)
	wanted := string(folded([]byte(t.folder.name)))
	return fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		if string(folded(e.Name.Bytes())) == wanted {
			t.refused = t.folder.path() + ": " + e.Name.String() + " differs only in case or Unicode form"
		}
		return nil
	})
}
