package crew

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEnter(t *testing.T) {
	c := New(0)
	if c.Size() != 1 {
		t.Fatalf("%d cores", c.Size())
	}
	if err := c.Enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Enter(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("entered a full crew: %v", err)
	}
	c.Leave()
	if err := c.Enter(ctx); err != nil {
		t.Errorf("a free core is given at once: %v", err)
	}
	c.Leave()
}

// A job of units that count how many of them run at once.
type job struct {
	running, most, helped atomic.Int64
	made                  int
	done                  func() bool
}

func (j *job) start() Unit {
	number := j.made
	j.made++
	return func() bool {
		now := j.running.Add(1)
		defer j.running.Add(-1)
		for most := j.most.Load(); now > most && !j.most.CompareAndSwap(most, now); most = j.most.Load() {
		}
		if number > 0 {
			j.helped.Add(1)
		}
		runtime.Gosched()
		return !j.done()
	}
}

// Share takes the cores that nobody uses, each with a unit of its own, and gives them back.
func TestShareUsesFreeCores(t *testing.T) {
	for cores := 1; cores <= 4; cores++ {
		c := New(cores)
		if err := c.Enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		var j job
		units := 0
		j.done = func() bool { return j.helped.Load() >= 100 }
		if cores == 1 {
			j.done = func() bool { units++; return units == 100 }
		}
		c.Share(j.start)
		if most := int(j.most.Load()); most > cores || j.made > cores {
			t.Errorf("%d units at once, %d made, on %d cores", most, j.made, cores)
		}
		if busy := len(c.cores); busy != 1 {
			t.Errorf("%d of %d cores are busy after Share", busy, cores)
		}
		c.Leave()
	}
}

// Who waits for a core gets that of a helper; when it is given back, the helper goes on with its old unit.
func TestShareGivesWay(t *testing.T) {
	c := New(2)
	if err := c.Enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer c.Leave()
	var j job
	var entered, left atomic.Bool
	other := make(chan error)
	helpedBefore := int64(-1)
	waiting := false
	caller := make(chan struct{}, 1)
	j.done = func() bool { return left.Load() && j.helped.Load() > helpedBefore+1 }
	c.Share(func() Unit {
		unit := j.start()
		if j.made > 1 {
			return unit
		}
		return func() bool { // the caller's own
			if !waiting && j.helped.Load() > 0 {
				waiting = true
				go func() {
					err := c.Enter(context.Background())
					entered.Store(true)
					<-caller
					c.Leave()
					left.Store(true)
					other <- err
				}()
			}
			if entered.Load() && helpedBefore < 0 {
				helpedBefore = j.helped.Load()
				caller <- struct{}{}
			}
			return unit()
		}
	})
	if err := <-other; err != nil {
		t.Error(err)
	}
	if j.made != 2 || j.most.Load() > 2 {
		t.Errorf("%d units made, %d at once", j.made, j.most.Load())
	}
}
