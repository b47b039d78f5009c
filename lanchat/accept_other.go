//go:build !linux

package lanchat

import (
	"context"
	"net"
)

// accept serves every connection in a goroutine of its own, for systems without epoll.
func (s *service) accept(ctx context.Context, listener net.Listener) error {
	return s.acceptEach(ctx, listener)
}
