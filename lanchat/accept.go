package lanchat

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"
)

// acceptEach accepts connections until the listener is closed, and serves each in a goroutine of its own. Running out
// of descriptors or memory does not end it: it waits until connections have been closed.
func (s *service) acceptEach(ctx context.Context, listener net.Listener) error {
	pause := time.Duration(0)
	for {
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		conn, err := listener.Accept()
		if err == nil {
			pause = 0
			tcp := conn.(*net.TCPConn)
			remote := tcp.RemoteAddr().(*net.TCPAddr).AddrPort()
			s.take(tcp, netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port()))
			continue
		}
		<-s.slots
		if errors.Is(err, net.ErrClosed) || ctx.Err() != nil {
			return err
		}
		pause = s.backOff(pause, err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// take admits one connection and serves it.
func (s *service) take(tcp *net.TCPConn, remote netip.AddrPort) {
	wait, ok := s.bounds.Admit(remote.Addr(), time.Now())
	if !ok {
		_ = tcp.Close()
		<-s.slots
		return
	}
	newConnection(s, tcp, remote, waiting).begin(func(c *connection) { c.run(wait) })
}

// backOff returns how long to wait before the next attempt to accept, after one that failed with err; pause is how long
// that one had waited, 0 for the first.
func (s *service) backOff(pause time.Duration, err error) time.Duration {
	const shortest, longest = 5 * time.Millisecond, time.Second
	if pause == 0 {
		s.log("cannot accept connections for the moment: %v", err)
	}
	return min(max(2*pause, shortest), longest)
}
