package journal

import "github.com/pythonweb/goweb/junksort/internal/identity"

// kinds are all kinds of steps but stepMark, which is part of the step that follows.
var kinds = [256]kind{
	stepFolder:  folderKind{},
	stepVolume:  volumeKind{},
	stepRemove:  removeKind{},
	StepMove:    moveKind{},
	StepDropped: moveKind{},
	StepFailed:  failedKind{},
	stepByLink:  byLinkKind{},
	stepPlanned: plannedKind{},
	StepCopy:    copyKind{},
	StepCopied:  copiedKind{},
	StepReturn:  returnKind{},
	StepPlaced:  placedKind{},
	stepLooks:   looksKind{},
	StepUnpack:  unpackKind{},
	stepWhole:   wholeKind{},
	stepEntries: entriesKind{},
	StepRelink:  relinkKind{},
}

// step reads one step, with the mark before it; d.bytes is empty after the last one.
func (d *decoder) step(s *Step) error {
	*s = Step{Kind: d.byte()}
	if s.Kind == stepMark {
		s.mark, s.marked = identity.Mark{Size: d.int(), Mtime: d.int(), Birth: d.int()}, true
		s.Kind = d.byte()
	}
	if k := kinds[s.Kind]; k != nil {
		k.decode(d, s)
	} else {
		d.fail()
	}
	return d.err
}

// eachStep visits the steps of a record. The step is valid until visit returns.
func eachStep(body []byte, visit func(*Step) error) error {
	d, s := decoder{bytes: body}, new(Step)
	for len(d.bytes) > 0 {
		if err := d.step(s); err != nil {
			return err
		}
		if err := visit(s); err != nil {
			return err
		}
	}
	return nil
}
