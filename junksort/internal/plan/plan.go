// Package plan gives files their new names, in path order, and decides which file gets a name that several want.
package plan

import (
	"context"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/filename"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/report"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
)

// Options are what a run gives its planner.
type Options struct {
	survey.Rules
	Tree    *tree.Tree
	DestDev uint64              // the device that DEST is on
	Result  func(report.Result) // told of files that stay
	How     Conflict            // what happens to a file whose name is taken
	Few     bool                // few files are expected: names in destinations are looked up one by one
}

// Planner gives every file its new name, in path order, so that neither the engine nor the number of workers decides
// who gets which number. It belongs to one goroutine.
type Planner struct {
	Options
	HandOn  func(*order.Batch) (*order.Batch, error) // takes a full batch and returns an empty one
	taken   *filename.Set
	next    map[uint64]uint32 // the next number to try, by the key of the wanted name
	batch   *order.Batch
	buffer  []byte
	contest *contest        // who gets a name, where the options let files compete
	early   map[string]bool // files of DIR that had to make room for a destination
}

// New returns a planner.
func New(o Options) *Planner {
	p := &Planner{
		Options: o, taken: filename.NewSet(), next: map[uint64]uint32{}, batch: order.NewBatch(),
	}
	switch o.How {
	case Newer, Larger, Dedupe:
		p.contest = newContest()
	}
	return p
}

// Run visits the tree and hands all moves on.
func (p *Planner) Run(ctx context.Context) error {
	err := p.Tree.Visit(ctx, p.Tree.Root, func(ctx context.Context, f *tree.Folder, e tree.Entry) error {
		if f == p.Tree.Root && p.early[e.Name.String()] {
			return nil
		}
		return p.file(ctx, f, e)
	})
	if err == nil && p.contest != nil {
		err = p.contest.settle(ctx, p)
	}
	if err == nil && len(p.batch.Moves) > 0 {
		p.batch, err = p.HandOn(p.batch)
	}
	return err
}

// file plans one file.
func (p *Planner) file(ctx context.Context, f *tree.Folder, e tree.Entry) error {
	t := p.Targets.At(e.Target)
	if !t.Opened {
		if err := p.Open(ctx, t); err != nil {
			return err
		}
	}
	if t.Refused != "" {
		f.Left.Add(1)
		p.Result(report.Result{Action: report.Failed, From: f.Join(e.Name.String()), Reason: t.Refused})
		return nil
	}
	wanted := e.Name
	if changed := p.Style.Of(e.Name.Bytes(), p.Table.Extension(e.Name.Bytes())); changed != nil {
		wanted = changed
	}
	if p.contest != nil {
		return p.contest.enter(p, f, e, t, wanted)
	}
	m := order.Move{From: f, Name: e.Name, To: t.Folder, NewName: wanted, Ino: e.Ino}
	if !p.take(t, wanted) {
		if p.How == Skip {
			p.skip(f, e.Name)
			return nil
		}
		m.Family = wanted
		m.NewName, m.Number = p.number(t, wanted)
	}
	return p.add(m)
}

func (p *Planner) skip(f *tree.Folder, name dirfd.Name) {
	f.Left.Add(1)
	p.Result(report.Result{Action: report.Skipped, From: f.Join(name.String()), Reason: "the name is taken"})
}

// key returns the form in which names are compared.
func (p *Planner) key(name dirfd.Name) []byte {
	if p.Style.Portable {
		return filename.Folded(name.Bytes())
	}
	return name.Bytes()
}

// number returns the first free numbered form of a taken name. The search continues where the last one for that name
// ended, so that a thousand equal names cost no more than a thousand different ones.
func (p *Planner) number(t *tree.Target, name dirfd.Name) (dirfd.Name, uint32) {
	family := p.taken.Key(t.Index, p.key(name))
	extension := p.Table.Extension(name.Bytes())
	for n := max(p.next[family], 2); ; n++ {
		p.buffer = p.buffer[:0]
		candidate := filename.Numbered(p.buffer, name.Bytes(), extension, n)
		if p.take(t, candidate) {
			p.next[family] = n + 1
			return p.keep(candidate), n
		}
	}
}

// take claims a name in t, and reports whether it was free.
func (p *Planner) take(t *tree.Target, name dirfd.Name) bool {
	if !p.taken.Add(t.Index, p.key(name)) {
		return false
	}
	if !t.Unread {
		return true
	}
	fd, err := p.Handles.Acquire(t.Folder)
	if err != nil {
		return true // the mover will say so
	}
	defer p.Handles.Release(t.Folder)
	return !fd.Exists(name.String())
}

// keep copies a name into the batch's memory.
func (p *Planner) keep(name dirfd.Name) dirfd.Name {
	start := len(p.batch.Names)
	p.batch.Names = append(p.batch.Names, name...)
	return dirfd.Name(p.batch.Names[start:len(p.batch.Names):len(p.batch.Names)])
}

// add puts m into the batch and hands the batch on when it is full.
func (p *Planner) add(m order.Move) error {
	m.Dev = m.From.Stat.Dev
	m.Copy = m.Dev != p.DestDev && !m.Drop && !m.To.Trash
	p.batch.Moves = append(p.batch.Moves, m)
	if !p.batch.Full() {
		return nil
	}
	var err error
	p.batch, err = p.HandOn(p.batch)
	return err
}
