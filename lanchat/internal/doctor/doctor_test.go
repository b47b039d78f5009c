package doctor

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
)

// table is the kernel's table of neighbours: .1 answers, .2 does not.
func table() (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(`IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         0x2         02:00:00:00:00:01     *        eth0
192.0.2.2        0x1         0x0         00:00:00:00:00:00     *        eth0
`)), nil
}

func TestUnreachable(t *testing.T) {
	late := &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
	call := func(errno syscall.Errno) error {
		return &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", errno)}
	}
	for _, tc := range []struct {
		name, ip string
		err      error
		side     Side
		what     string
	}{
		{"refused", "192.0.2.1", call(syscall.ECONNREFUSED), There, "no listener"},
		{"refused here", "127.0.0.1", call(syscall.ECONNREFUSED), Here, "no listener"},
		{"no route", "192.0.2.1", call(syscall.ENETUNREACH), Here, "no network"},
		{"own firewall", "192.0.2.1", call(syscall.EPERM), Here, "firewall"},
		{"rejected", "192.0.2.1", call(syscall.EHOSTUNREACH), Between, "firewall"},
		{"nobody", "192.0.2.2", call(syscall.EHOSTUNREACH), There, "wrong address"},
		{"silence of a neighbour", "192.0.2.1", late, There, "firewall"},
		{"silence of nobody", "192.0.2.2", late, There, "wrong address"},
		{"silence of another network", "198.51.100.1", late, Between, "firewall or wrong address"},
		{"interrupted", "192.0.2.1", context.Canceled, Here, "interrupted"},
		{"something else", "192.0.2.1", errors.New("odd"), Between, "odd"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := unreachable(net.ParseIP(tc.ip), tc.ip+":7117", "7117", tc.err, table)
			if f.OK || f.Side != tc.side || !strings.HasPrefix(f.What, tc.what) || f.Do == "" && tc.what != "interrupted" {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestPeerAndPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().String()
	if f := Peer(t.Context(), address); !f.OK {
		t.Errorf("%+v", f)
	}
	if f := Port(t.Context(), address); f.OK || f.Side != Here || !strings.HasPrefix(f.What, "port in use") {
		t.Errorf("%+v", f)
	}
	if f := Port(t.Context(), "127.0.0.1:0"); !f.OK {
		t.Errorf("%+v", f)
	}
	if f := Peer(t.Context(), "no address"); f.OK || f.Side != Here {
		t.Errorf("%+v", f)
	}
}
