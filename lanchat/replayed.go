package lanchat

import "net"

// replayed is a TCP connection whose first bytes, read to examine them, are read once more.
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
