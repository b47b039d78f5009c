package lanchat

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

// Times of a transfer.
const (
	idle    = 30 * time.Second // without a byte
	hashing = 100 << 20        // the least bytes a second at which a side reads again what it has
)

// cannotStore is all that a sender is told about an error on the receiver's disk, which the receiver logs in full.
const cannotStore = "it cannot be stored there (the listener there says why)"

// hashTime is how long a side may need to read size bytes again.
func hashTime(size int64) time.Duration { return idle + time.Duration(size/hashing)*time.Second }

// receiveFile plays the called side of a transfer. It returns the message of the file if it is fresh.
func (c *connection) receiveFile(s stream, f *Frame) (*Message, error) {
	o, err := parseOffer(f.Body)
	if err != nil {
		return nil, err
	}
	o.ID, o.Sender, o.Called, o.Remote, o.ReplyPort, o.Sequence = f.ID, c.sender, f.Name, c.remote, f.ReplyPort, f.Sequence
	if c.sender.IsZero() || c.Depot == nil {
		return nil, errors.Join(c.refuse(s, "files are not taken here"), errDone)
	}
	if err := c.bounds.Reserve(c.remote.Addr(), block); err != nil {
		return nil, err
	}
	c.held += block
	release := c.transfers.begin(transfer{o.Sender, o.ID}, c)
	defer release()
	ctx, cancel := c.untilStopped(confirmWithin)
	defer cancel()
	d, err := c.Depot.Open(ctx, o)
	var refused *RefusedError
	switch {
	case errors.As(err, &refused):
		return nil, errors.Join(c.refuse(s, refused.Why), errDone)
	case err != nil:
		return nil, errors.Join(c.refuse(s, cannotStore), err)
	}
	m, err := c.deposit(s, o, d)
	if closed := d.Close(); err == nil {
		err = closed
	}
	return m, err
}

// refuse tells the sender why the file is not taken.
func (c *connection) refuse(s stream, why string) error {
	defer c.end(s)
	return c.send(s, FrameRefuse, []byte(why))
}

// deposit receives the content of a file that is wanted.
func (c *connection) deposit(s stream, o Offer, d Deposit) (*Message, error) {
	if d.Stored() != nil {
		defer c.end(s)
		return nil, errors.Join(c.send(s, FrameStored, nil), errDone)
	}
	sum, size, err := begun(d, o)
	if err != nil {
		return nil, errors.Join(c.refuse(s, cannotStore), err)
	}
	_ = c.tcp.SetWriteDeadline(time.Time{})
	if err := c.send(s, FrameAccept, append(count(size), sum.Sum(nil)...)); err != nil {
		return nil, err
	}
	c.readBy(time.Now().Add(hashTime(size)))
	resume, err := readFrame(s, FrameResume)
	if err != nil {
		return nil, fmt.Errorf("a file was cut off: %w", err)
	}
	from, err := parseCount(resume.Body, size)
	if err != nil {
		return nil, err
	}
	if from != size {
		if err := d.Restart(); err != nil {
			return nil, errors.Join(c.refuseMidway(s), err)
		}
		sum, from = sha256.New(), 0
	}
	if err := c.takeContent(s, o.Size-from, from, d, sum); err != nil {
		return nil, err
	}
	return c.commit(s, d, sum)
}

// begun returns how much of a file is there, and its sum so far.
func begun(d Deposit, o Offer) (hash.Hash, int64, error) {
	size := d.Size()
	if size > o.Size {
		if err := d.Restart(); err != nil {
			return nil, 0, err
		}
		size = 0
	}
	sum := sha256.New()
	if size == 0 {
		return sum, 0, nil
	}
	r, err := d.Begin()
	if err != nil {
		return nil, 0, err
	}
	n, err := io.CopyBuffer(sum, io.LimitReader(r, size), make([]byte, block))
	if err == nil && n != size {
		err = io.ErrUnexpectedEOF
	}
	return sum, size, err
}

// takeContent writes what arrives, and reports after every block how much is written.
func (c *connection) takeContent(s stream, missing, written int64, d Deposit, sum hash.Hash) error {
	buf := make([]byte, block)
	for missing > 0 {
		c.readBy(time.Now().Add(idle))
		n, err := io.ReadFull(s, buf[:min(missing, block)])
		if n > 0 {
			sum.Write(buf[:n])
			if _, failed := d.Write(buf[:n]); failed != nil {
				return errors.Join(c.refuseMidway(s), failed)
			}
			missing -= int64(n)
			written += int64(n)
			if err == nil {
				_, err = s.Write(count(written))
			}
		}
		if err != nil {
			return fmt.Errorf("a file was cut off: %w", err)
		}
	}
	return nil
}

// commit compares the sums and stores the file.
func (c *connection) commit(s stream, d Deposit, sum hash.Hash) (*Message, error) {
	var there, here [sha256.Size]byte
	c.readBy(time.Now().Add(idle))
	if _, err := io.ReadFull(s, there[:]); err != nil {
		return nil, fmt.Errorf("a file was cut off: %w", err)
	}
	sum.Sum(here[:0])
	if here != there {
		return nil, errors.Join(c.refuse(s, errChecksum.Error()), d.Restart(), errChecksum)
	}
	m, err := d.Commit(c.storing, here)
	if err != nil {
		return nil, errors.Join(c.refuse(s, cannotStore), err)
	}
	defer c.end(s)
	if err := c.send(s, FrameStored, nil); err != nil {
		c.log("%s: the file is stored, but its sender could not be told: %v", c.remote, err)
	}
	return m, nil
}

// refuseMidway announces a refusal in place of a count.
func (c *connection) refuseMidway(s stream) error {
	if _, err := s.Write(count(-1)); err != nil {
		return err
	}
	return c.refuse(s, cannotStore)
}

// untilStopped returns a context that ends after d, or when the server is told to stop.
func (s *service) untilStopped(d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(s.storing, d)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-s.stopped:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		cancel()
		<-done
	}
}
