package lanchat

import (
	"bytes"
	"container/list"
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pythonweb/goweb/lanchat/internal/epoll"
)

// accept serves TCP with an event loop, and any other listener with a goroutine per connection.
func (s *service) accept(ctx context.Context, listener net.Listener) error {
	tcp, ok := listener.(*net.TCPListener)
	if !ok {
		return s.acceptEach(ctx, listener)
	}
	l, err := newEventLoop(s, tcp)
	if err != nil {
		return err
	}
	defer l.close()
	return l.run()
}

// eventLoop serves all connections that send one short line and nothing else, as nearly all do, in one goroutine with
// epoll(7): to wake a goroutine, and with it a thread, for every step of a connection would double the cost of the
// step. A connection that turns out to be something else (TLS, a frame, a long or unfinished text, bytes after the
// answer, an address that has to wait) leaves the loop for a goroutine of its own, see connection.
//
// Everything belongs to the goroutine of run, except what mu guards.
type eventLoop struct {
	*service
	listener int // the listening socket; -1 at the end
	epoll    int // the epoll instance
	bell     *epoll.Bell
	wakeup   int // an eventfd that wakes the loop
	events   []unix.EpollEvent
	buf      []byte

	visitors map[int32]*visitor
	idle     list.List // visitors that have sent nothing yet, in the order of their deadlines
	answered list.List // visitors that have got their OK, in the order of their deadlines

	pause  time.Duration // the last one between two attempts to accept; 0 while all is well
	resume time.Time     // when the next attempt is due; zero while all is well
	failed error         // why nothing can be accepted any more

	mu     sync.Mutex
	stored []*visitor // those whose messages the inbox has stored or failed to store
	asleep bool       // the loop is waiting, and must be woken to look at stored
}

// visitor is a connection in the loop. It is idle until its message is complete, then its message is being stored,
// then it is answered.
type visitor struct {
	fd       int32
	remote   netip.AddrPort
	queue    *list.List // idle or answered; nil while the message is being stored
	place    *list.Element
	deadline time.Time // in its queue
	stirred  bool      // its end, or more, has come while the message was being stored
	message  *Message
	fresh    bool
	err      error
}

// newEventLoop takes over the socket of listener, and closes listener: with package net the runtime's poller would wake
// a thread for every incoming connection.
func newEventLoop(s *service, listener *net.TCPListener) (*eventLoop, error) {
	l := &eventLoop{
		service: s, events: make([]unix.EpollEvent, 512), buf: make([]byte, 16<<10), visitors: map[int32]*visitor{},
	}
	raw, err := listener.SyscallConn()
	if err != nil {
		return nil, err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		l.listener, failed = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0)
		failed = os.NewSyscallError("fcntl", failed)
	})
	if err := errors.Join(err, failed, listener.Close()); err != nil {
		return nil, err
	}
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, errors.Join(os.NewSyscallError("epoll_create1", err), unix.Close(l.listener))
	}
	if l.wakeup, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return nil, errors.Join(os.NewSyscallError("eventfd", err), unix.Close(l.epoll), unix.Close(l.listener))
	}
	if l.bell, err = epoll.NewBell(l.epoll); err != nil {
		return nil, errors.Join(err, unix.Close(l.wakeup), unix.Close(l.epoll), unix.Close(l.listener))
	}
	// Edge-triggered, so that the counter need not be read.
	err = errors.Join(l.watch(l.wakeup, unix.EPOLLIN|unix.EPOLLET), l.watch(l.listener, unix.EPOLLIN))
	if err != nil {
		l.close()
		return nil, err
	}
	s.mu.Lock()
	s.wake = l.rouse
	s.mu.Unlock()
	return l, nil
}

func (l *eventLoop) close() {
	l.service.mu.Lock()
	l.wake = func() {}
	l.service.mu.Unlock()
	l.deafen()
	l.bell.Close()
	_ = unix.Close(l.wakeup)
	_ = unix.Close(l.epoll)
}

// watch makes epoll report the events of fd, until fd is closed.
func (l *eventLoop) watch(fd int, events uint32) error {
	return os.NewSyscallError(
		"epoll_ctl", unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)}),
	)
}

// rouse makes the loop go round once more. It may be called from any goroutine.
func (l *eventLoop) rouse() {
	_, _ = unix.Write(l.wakeup, []byte{1, 0, 0, 0, 0, 0, 0, 0}) // the counter never overflows
}

// run serves until there is nothing to accept any more and the last visitor has gone.
func (l *eventLoop) run() error {
	for {
		l.answerStored()
		now := time.Now()
		l.expire(&l.answered, now)
		ending := l.stopBy.Load() != 0 || l.failed != nil
		if ending {
			l.deafen()
			l.expire(&l.idle, time.Time{}) // the time of all is over
			if len(l.visitors) == 0 {
				return l.failed
			}
		}
		l.expire(&l.idle, now)
		if !l.resume.IsZero() && !now.Before(l.resume) {
			l.resume = time.Time{}
			l.acceptAll()
		}
		for _, e := range l.wait() {
			l.deal(e)
		}
	}
}

// wait returns the pending events. If there are none and nothing is to be done, it waits for an event, a deadline, or
// the inbox.
func (l *eventLoop) wait() []unix.EpollEvent {
	n, _ := epoll.Poll(l.epoll, l.events)
	if n > 0 || !l.setAsleep(true) {
		return l.events[:max(n, 0)]
	}
	l.bell.Wait(l.earliest())
	l.setAsleep(false)
	n, _ = epoll.Poll(l.epoll, l.events)
	return l.events[:max(n, 0)]
}

// setAsleep records for dealtWith whether the loop has to be roused. It returns whether the loop may sleep, which it
// may not if there is something to do already.
func (l *eventLoop) setAsleep(asleep bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asleep = asleep && len(l.stored) == 0
	return l.asleep
}

// earliest returns the next deadline, or the zero time.
func (l *eventLoop) earliest() time.Time {
	earliest := l.resume
	for _, queue := range []*list.List{&l.idle, &l.answered} {
		if first := queue.Front(); first != nil {
			if d := first.Value.(*visitor).deadline; earliest.IsZero() || d.Before(earliest) {
				earliest = d
			}
		}
	}
	return earliest
}

// deal handles an event.
func (l *eventLoop) deal(e unix.EpollEvent) {
	switch e.Fd {
	case int32(l.listener):
		if l.resume.IsZero() {
			l.acceptAll()
		}
	case int32(l.wakeup):
	default:
		v := l.visitors[e.Fd]
		switch {
		case v == nil: // has gone in this round
		case v.queue == &l.idle:
			// An end that came with the first bytes is not reported again.
			v.stirred = e.Events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) != 0
			l.read(v)
		case v.queue == &l.answered:
			l.drain(v)
		default:
			v.stirred = true
		}
	}
}

// enter puts v at the end of a queue in which everyone has the same time limit.
func (l *eventLoop) enter(v *visitor, queue *list.List, within time.Duration) {
	v.queue, v.place, v.deadline = queue, queue.PushBack(v), time.Now().Add(within)
}

// receive reads what has come from v. If n is 0, gone says whether nothing more can come.
func (l *eventLoop) receive(v *visitor) (n int, gone bool) {
	n, err := epoll.Read(int(v.fd), l.buf)
	return max(n, 0), n <= 0 && !errors.Is(err, unix.EAGAIN)
}

// read handles the first bytes of v.
func (l *eventLoop) read(v *visitor) {
	n, gone := l.receive(v)
	text := l.buf[:n]
	switch {
	case gone:
		l.part(v)
	case n == 0:
	case n < len(l.buf) && Sniff(text) == Plain && Silence(text) == 0:
		l.store(v, bytes.Clone(text))
	default:
		start := slices.Clip(bytes.Clone(text))
		l.hand(v, receiving, func(c *connection) { c.serve(start) })
	}
}

// store hands the message of v to the inbox.
func (l *eventLoop) store(v *visitor, body []byte) {
	l.idle.Remove(v.place)
	v.queue = nil
	v.message = &Message{ID: NewID(), Body: body, Received: now(), Remote: v.remote}
	var once sync.Once
	stored := func(fresh bool, err error) { once.Do(func() { l.dealtWith(v, fresh, err) }) }
	if err := guard(func() error { l.Inbox.Store(v.message, stored); return nil }); err != nil {
		stored(false, err)
	}
}

// dealtWith records the result of the inbox. It may be called from any goroutine.
func (l *eventLoop) dealtWith(v *visitor, fresh bool, err error) {
	l.mu.Lock()
	v.fresh, v.err = fresh, err
	l.stored = append(l.stored, v)
	asleep := l.asleep
	l.asleep = false
	l.mu.Unlock()
	if asleep {
		l.rouse()
	}
}

// answerStored answers OK to the visitors whose messages have been stored.
func (l *eventLoop) answerStored() {
	l.mu.Lock()
	stored := l.stored
	l.stored = nil
	l.mu.Unlock()
	for _, v := range stored {
		if v.err != nil {
			l.log("%s: message not stored: %v", v.remote, v.err)
			l.part(v)
			continue
		}
		_ = epoll.Send(int(v.fd), []byte(answer), endFollows) // there is always room for two bytes
		_ = epoll.Shutdown(int(v.fd))
		l.enter(v, &l.answered, draining)
		if v.stirred {
			l.drain(v)
		}
	}
}

// drain checks whether v, which has been answered, sends more or ends.
func (l *eventLoop) drain(v *visitor) {
	n, gone := l.receive(v)
	switch {
	case gone:
		l.part(v)
	case n > 0:
		more := bytes.Clone(l.buf[:n])
		l.hand(v, receiving, func(c *connection) { c.goOn(v.message, v.fresh, more) })
	}
}

// expire ends the visitors in queue whose deadline has passed; all of them for the zero time. Bytes that have come by
// then count: a process that was stopped for a while finds the deadline passed and the bytes there.
func (l *eventLoop) expire(queue *list.List, now time.Time) {
	for e := queue.Front(); e != nil; e = queue.Front() {
		v := e.Value.(*visitor)
		if !now.IsZero() && now.Before(v.deadline) {
			return
		}
		if queue == &l.idle {
			l.read(v)
		} else {
			l.drain(v)
		}
		if queue.Front() == e {
			l.part(v)
		}
	}
}

// part closes v and passes on its message, if it has a fresh one. Until that is done, v counts as a connection.
func (l *eventLoop) part(v *visitor) {
	l.remove(v)
	epoll.Close(int(v.fd))
	if !v.fresh || l.Received == nil {
		l.leave(v.remote.Addr(), 0)
		return
	}
	l.running.Go(func() {
		defer l.leave(v.remote.Addr(), 0)
		l.tell(v.message)
	})
}

// remove forgets v, and resumes accepting if that had been impossible.
func (l *eventLoop) remove(v *visitor) {
	delete(l.visitors, v.fd)
	if v.queue != nil {
		v.queue.Remove(v.place)
	}
	if l.pause != 0 {
		l.resume = time.Now()
	}
}

// hand hands v to a goroutine of its own, which runs f.
func (l *eventLoop) hand(v *visitor, phase uint32, f func(*connection)) {
	l.remove(v)
	tcp, err := l.adopt(v)
	if err != nil {
		l.log("%s: %v", v.remote, err)
		l.leave(v.remote.Addr(), 0)
		return
	}
	newConnection(l.service, tcp, v.remote, phase).begin(f)
}

// adopt turns v into a connection of package net.
func (l *eventLoop) adopt(v *visitor) (*net.TCPConn, error) {
	// The duplicate that net makes would keep the descriptor in epoll.
	err := os.NewSyscallError("epoll_ctl", unix.EpollCtl(l.epoll, unix.EPOLL_CTL_DEL, int(v.fd), nil))
	file := os.NewFile(uintptr(v.fd), "tcp")
	defer file.Close()
	if err != nil {
		return nil, err
	}
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, err
	}
	tcp := conn.(*net.TCPConn)
	return tcp, tcp.SetNoDelay(true) // as package net does by default
}
