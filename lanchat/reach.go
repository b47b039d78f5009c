package lanchat

import (
	"context"
	"net"
	"time"
)

// hesitation is how long an address may take before another one is looked for: longer than a round trip on any network
// that a person would call local.
const hesitation = 300 * time.Millisecond

// attempt is the outcome of an attempt to connect.
type attempt struct {
	conn    net.Conn
	address string
	err     error
}

// connect opens a connection to the peer, and returns the address that has answered. An error is that of the known
// address.
func (r Route) connect(ctx context.Context) (net.Conn, string, error) {
	if r.Elsewhere == nil {
		conn, err := dialTCP(ctx, r.Address)
		return conn, r.Address, cause(ctx, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	attempts := make(chan attempt, 2)
	begun, ended := 0, 0
	begin := func(find func(context.Context) (string, error)) {
		begun++
		go func() {
			address, err := find(ctx)
			a := attempt{address: address, err: err}
			if err == nil {
				a.conn, a.err = dialTCP(ctx, address)
			}
			attempts <- a
		}()
	}
	begin(func(context.Context) (string, error) { return r.Address, nil })
	hesitate := time.NewTimer(hesitation)
	defer hesitate.Stop()
	var known error
	for {
		select {
		case a := <-attempts:
			ended++
			if a.err == nil {
				cancel()
				for ; ended < begun; ended++ {
					if late := <-attempts; late.err == nil {
						_ = late.conn.Close()
					}
				}
				return a.conn, a.address, nil
			}
			if a.address == r.Address {
				known = cause(ctx, a.err) // its answer says more than a later timeout
			}
		case <-hesitate.C:
		}
		switch {
		case begun == 1:
			begin(r.Elsewhere)
		case ended == begun:
			return nil, r.Address, known
		}
	}
}

// dialTCP opens one connection.
func dialTCP(ctx context.Context, address string) (net.Conn, error) {
	dialer := net.Dialer{KeepAlive: -1}
	return dialer.DialContext(ctx, "tcp", address)
}
