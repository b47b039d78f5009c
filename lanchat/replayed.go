package lanchat

import "net"

// replayed is a TCP connection that gives the bytes once more that were read from it to look at.
type replayed struct {
	*net.TCPConn
	start []byte
}

// Read returns the start first.
func (r *replayed) Read(b []byte) (int, error) {
	if len(r.start) > 0 {
		n := copy(b, r.start)
		r.start = r.start[n:]
		return n, nil
	}
	return r.TCPConn.Read(b)
}
