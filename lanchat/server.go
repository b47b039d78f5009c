package lanchat

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pythonweb/goweb/lanchat/internal/quota"
)

// How long a server waits.
const (
	firstByte  = 30 * time.Second  // for the first byte, and again for a TLS handshake
	whole      = 120 * time.Second // for a message, from its first byte
	draining   = 500 * time.Millisecond
	stopWithin = 1500 * time.Millisecond // for a message that has begun when the server is told to stop
)

// Inbox stores what a server receives. Its methods are called concurrently.
type Inbox interface {
	// Store begins to make m durable and does not wait for the disk, so that many messages can share one commit. It
	// calls stored once, from any goroutine and perhaps before it returns: a nil error means that m survives the loss
	// of power. A message whose Sender and ID are stored already is not stored again, and fresh is false then. Store
	// must not change m after that call, which does not block.
	Store(m *Message, stored func(fresh bool, err error))
	// Append adds bytes to the end of a message that Store has stored, whose sender sent more after the answer.
	Append(ctx context.Context, m *Message, more []byte) error
}

// Server receives messages. Its fields must not change after Serve is called.
type Server struct {
	// Inbox stores the messages; required.
	Inbox Inbox
	// Identity answers TLS handshakes; without one they are refused.
	Identity *Identity
	// Name and ReplyPort answer a FrameHello.
	Name      string
	ReplyPort uint16
	// Received, if set, is called for every fresh message after it was answered and its connection closed. It is called
	// concurrently; while it blocks, its message counts as an open connection.
	Received func(*Message)
	// Paired, if set, is called with the other side of a pairing and the code that both sides show, and again, confirmed,
	// when the people on both sides have seen the same code, which is when to remember it. Without it pairing is refused.
	Paired func(Pairing)
	// Compare, if set, asks the person on this side whether the other side shows the same code. Without it only pairings
	// on first use (see Pairing) succeed.
	Compare func(context.Context, Pairing) (same bool, err error)
	// Depot, if set, takes files from peers that have proved their key.
	Depot Depot
	// Connections bounds the number of open connections; 0 means 16,384.
	Connections int
	// Log, if set, is called for everything that goes wrong without ending the server.
	Log func(format string, args ...any)
}

// Serve accepts connections from listener until ctx is done, and closes listener. It then closes connections that have
// sent nothing at once, gives messages that have begun a moment to end, answers what it has stored, and returns nil
// when the last connection is closed, at most three seconds later. It returns an error only when listener fails for
// good.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	slots := s.Connections
	if slots == 0 {
		slots = 16384
	}
	r := &service{
		Server:      s,
		storing:     context.WithoutCancel(ctx),
		bounds:      quota.New(MaxText),
		slots:       make(chan struct{}, slots),
		stopped:     ctx.Done(),
		connections: map[*connection]struct{}{},
		wake:        func() {},
	}
	if s.Identity != nil {
		r.tls = s.Identity.serverConfig()
	}
	unhook := context.AfterFunc(ctx, func() { r.stop(listener) })
	err := r.accept(ctx, listener)
	if unhook() { // the listener itself failed
		r.stop(listener)
	}
	r.running.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// service is one run of a server.
type service struct {
	*Server
	tls     *tls.Config
	storing context.Context // outlives the stop: a commit that has begun is completed
	bounds  *quota.Quota
	slots   chan struct{}
	running sync.WaitGroup
	// transfers are the files that are being received.
	transfers transfers
	stopped   <-chan struct{}
	// stopBy, once set, is the time in Unix nanoseconds by which every message has to be complete.
	stopBy atomic.Int64

	mu          sync.Mutex
	connections map[*connection]struct{}
	wake        func() // makes the event loop, if there is one, look at stopBy
}

// stop closes the listener and makes the connections end.
func (s *service) stop(listener net.Listener) {
	by := time.Now().Add(stopWithin).UnixNano()
	s.stopBy.Store(by)
	_ = listener.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.connections {
		c.hurry(by)
	}
	s.wake()
}

// leave records the end of an admitted connection.
func (s *service) leave(addr netip.Addr, held int) {
	s.bounds.Leave(addr, held)
	<-s.slots
}

func (s *service) log(format string, args ...any) {
	if s.Log != nil {
		s.Log(format, args...)
	}
}
