package junksort

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/pythonweb/goweb/junksort/dirfd"
	"github.com/pythonweb/goweb/junksort/internal/filename"
	"github.com/pythonweb/goweb/junksort/internal/identity"
	"github.com/pythonweb/goweb/junksort/internal/order"
	"github.com/pythonweb/goweb/junksort/internal/survey"
	"github.com/pythonweb/goweb/junksort/internal/tree"
	"github.com/pythonweb/goweb/junksort/pattern"
)

// RenameFiles gives the files of dir, and of all folders in it, new names where they lie. No name is overwritten:
// files may swap names, and of two that want the same one the later in path order gets a number. What Sort leaves
// alone keeps its name. The run is in the history, can be resumed and undone.
func RenameFiles(
	ctx context.Context, dir string, p *pattern.Pattern, options Options, observer Observer,
) (Summary, error) {
	s, err := open(dir, options, observer)
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	if err := s.begin("rename"); err != nil {
		return Summary{}, err
	}
	if err := s.settleLast(ctx); err != nil {
		return Summary{}, err
	}
	list, err := s.namings(ctx, p)
	if err == nil {
		err = s.rename(ctx, list)
	}
	return s.finish(err)
}

// PreviewRename calls visit for every file that RenameFiles would rename, and changes nothing.
func PreviewRename(ctx context.Context, dir string, p *pattern.Pattern, options Options,
	visit func(Result) error,
) (Summary, error) {
	sink := &previewer{visit: visit}
	return lookAtNames(ctx, dir, p, options, sink, func(n naming) error {
		sink.session.reporter.Result(n.result())
		return sink.err
	})
}

// WriteRenamePlan writes what RenameFiles would do to w, for Apply, and changes nothing.
func WriteRenamePlan(
	ctx context.Context, dir string, p *pattern.Pattern, options Options, w io.Writer,
) (Summary, error) {
	out := bufio.NewWriter(w)
	if err := writePlanHead(out, dir, options); err != nil {
		return Summary{}, err
	}
	sink := &previewer{}
	summary, err := lookAtNames(ctx, dir, p, options, sink, func(n naming) error {
		sink.session.reporter.Result(n.result())
		_, err := fmt.Fprintf(out, "rename %q %q %s\n", []byte(n.in.Join(n.from)), []byte(n.to), planned(n.stat))
		return err
	})
	return summary, errors.Join(err, out.Flush())
}

func lookAtNames(ctx context.Context, dir string, p *pattern.Pattern, options Options, sink *previewer,
	visit func(naming) error,
) (Summary, error) {
	s, err := open(dir, options, Observer{Result: sink.result})
	if err != nil {
		return Summary{}, err
	}
	defer s.close()
	sink.session = s
	list, err := s.namings(ctx, p)
	for _, n := range list {
		if err == nil {
			err = visit(n)
		}
	}
	return s.reporter.Snapshot(), err
}

// naming is a file and its new name, in the same folder.
type naming struct {
	in       *tree.Folder
	from, to string
	stat     dirfd.Stat
}

func (n naming) result() Result {
	return Result{Action: Moved, From: n.in.Join(n.from), To: n.in.Join(n.to)}
}

// namings returns what is to be renamed, in path order, with names that are free once all others are renamed.
func (s *session) namings(ctx context.Context, p *pattern.Pattern) ([]naming, error) {
	if err := s.protect(); err != nil {
		return nil, err
	}
	var all []naming
	err := survey.EachFile(ctx, s.dirFD, s.rulesForNames(),
		func(f *tree.Folder, _ dirfd.FD, name dirfd.Name, stat dirfd.Stat) {
			all = append(all, naming{in: f, from: name.String(), stat: stat})
		})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b naming) int { return cmp.Compare(a.in.Join(a.from), b.in.Join(b.from)) })
	var list []naming
	for i := range all {
		n := &all[i]
		if n.to, err = s.newName(p, *n, i+1); err != nil {
			return nil, err
		}
		if n.to != n.from {
			list = append(list, *n)
		}
	}
	return s.free(list)
}

// rulesForNames returns the rules of a sort without destinations: no folder counts as sorted.
func (s *session) rulesForNames() survey.Rules {
	r := s.rules
	r.Grown, r.Targets, r.Destinations = false, tree.NewTargets(&tree.Folder{}), nil
	r.Writers = nil // renaming does not disturb a process that writes to the file
	return r
}

func (s *session) newName(p *pattern.Pattern, n naming, number int) (string, error) {
	fd, err := s.handles.Acquire(n.in)
	if err != nil {
		return n.from, nil // gone since
	}
	defer s.handles.Release(n.in)
	length := s.rules.Table.Extension([]byte(n.from))
	folder := n.in.Name
	if n.in.Parent == nil {
		real, err := tree.RealPath(s.dir)
		if err != nil {
			return "", err
		}
		folder = filepath.Base(real)
	}
	name, missing := p.Name(pattern.File{
		File: survey.FileOf(fd, n.from, length, n.from), Folder: folder, Number: number, Extension: length,
	})
	if missing != "" {
		s.reporter.Result(Result{Action: Skipped, From: n.in.Join(n.from), Reason: "it has no {" + missing + "}"})
	}
	return name, nil
}

// free numbers those new names that another file gets, or keeps.
func (s *session) free(list []naming) ([]naming, error) {
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && list[j].in == list[i].in {
			j++
		}
		taken, err := s.namesIn(list[i].in)
		if err != nil {
			return nil, err
		}
		for _, n := range list[i:j] {
			delete(taken, n.from)
		}
		for k := i; k < j; k++ {
			n := &list[k]
			wanted := n.to
			extension := s.rules.Table.Extension([]byte(wanted))
			for number := uint32(2); taken[n.to]; number++ {
				n.to = filename.Numbered(nil, []byte(wanted), extension, number).String()
			}
			taken[n.to] = true
		}
		i = j
	}
	return slices.DeleteFunc(list, func(n naming) bool { return n.from == n.to }), nil
}

// namesIn returns the names of all entries of a folder.
func (s *session) namesIn(f *tree.Folder) (map[string]bool, error) {
	fd, err := s.handles.Acquire(f)
	if err != nil {
		return nil, err
	}
	defer s.handles.Release(f)
	names := map[string]bool{}
	return names, fd.Read(make([]byte, 64<<10), func(e dirfd.Entry) error {
		names[e.Name.String()] = true
		return nil
	})
}

// rename carries out a list. All of it is in the journal before the first file gets its name, so that a killed run can
// be finished: files that swap names go through a temporary one, which none should be left with.
func (s *session) rename(ctx context.Context, list []naming) error {
	if len(list) == 0 {
		return nil
	}
	token, err := tree.NewToken(s.dirFD, 0)
	if err != nil {
		return err
	}
	var batches []*order.Batch
	b := order.NewBatch()
	for _, m := range steps(list, token) {
		if b.Full() {
			batches, b = append(batches, b), order.NewBatch()
		}
		b.Moves = append(b.Moves, m)
	}
	batches = append(batches, b)
	c := s.committer()
	for _, b := range batches {
		if err := c.Write(b); err != nil {
			return err
		}
	}
	if err := s.journal.Planned(); err != nil {
		return err
	}
	s.naming = true
	if err := c.At.Step("renaming planned"); err != nil {
		return err
	}
	s.reporter.Expect(len(list))
	for _, b := range batches {
		if err := c.Move(ctx, b); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// steps orders a list so that each name is free when a file gets it. A cycle is broken by a temporary name.
func steps(list []naming, token string) []order.Move {
	var moves []order.Move
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && list[j].in == list[i].in {
			j++
		}
		moves = append(moves, stepsIn(list[i:j], token, i)...)
		i = j
	}
	return moves
}

// stepsIn orders the list of one folder.
func stepsIn(list []naming, token string, first int) []order.Move {
	holder := make(map[string]int, len(list)) // who has a name now
	for i, n := range list {
		holder[n.from] = i
	}
	next := func(name string) (int, bool) {
		i, ok := holder[name]
		return i, ok
	}
	const waiting, onWay, done = 0, 1, 2
	state := make([]int, len(list))
	var moves []order.Move
	for start := range list {
		// Find what has to go first: along the chain of names, to its end or once around.
		var chain []int
		at, blocked := start, true
		for blocked && state[at] == waiting {
			state[at] = onWay
			chain = append(chain, at)
			at, blocked = next(list[at].to)
		}
		circle := blocked && len(chain) > 0 && state[at] == onWay
		if circle {
			moves = append(moves, list[at].move(list[at].from, tree.PartialName(token, uint64(first+at)), false))
		}
		for _, i := range slices.Backward(chain) {
			from := list[i].from
			if circle && i == at {
				from = tree.PartialName(token, uint64(first+i))
			}
			moves = append(moves, list[i].move(from, list[i].to, true))
			state[i] = done
		}
	}
	return moves
}

// move returns the step that gives the file a name; last says that it is the final one.
func (n naming) move(from, to string, last bool) order.Move {
	m := order.Move{
		From: n.in, To: n.in, Name: dirfd.NameOf(from), NewName: dirfd.NameOf(to), Dev: n.stat.Dev, Ino: n.stat.Ino,
		Mark: identity.MarkOf(n.stat), Marked: true, Between: !last,
	}
	if from != n.from {
		m.Was = dirfd.NameOf(n.from)
	}
	return m
}
