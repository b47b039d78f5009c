package trouble_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/pythonweb/goweb/storage/internal/trouble"
)

// Whatever a store answers that a person can meet is said in plain words, with what to do.
func TestPlainWords(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, test := range []struct {
		err  error
		want string
	}{
		{errors.New("NOAUTH Authentication required."), "requires a password"},
		{errors.New("ERR Protocol error: unauthenticated multibulk length"), "requires a password"},
		{errors.New("WRONGPASS invalid username-password pair or user is disabled."), "is wrong"},
		{errors.New("ERR AUTH <password> called without any password configured"), "no password"},
		{errors.New("NOPERM this user has no permissions to run the 'evalsha' command"), "ACL SETUSER"},
		{errors.New("READONLY You can't write against a read only replica."), "read-only replica"},
		{errors.New("OOM command not allowed when used memory > 'maxmemory'."), "out of memory"},
		{errors.New("MOVED 866 127.0.0.1:7001"), "another node of the cluster"},
		{errors.New("CLUSTERDOWN Hash slot not served"), "cluster is down"},
		{errors.New("MASTERDOWN Link with MASTER is down"), "lost its primary"},
		{errors.New("LOADING Redis is loading the dataset in memory"), "loading"},
		{errors.New("MISCONF Redis is configured to save RDB snapshots"), "cannot save"},
		{errors.New("ERR max number of clients reached"), "maxclients"},
		{fmt.Errorf("run a script: %w", errors.New("OOM command not allowed")), "out of memory"},
		{&fs.PathError{Op: "write", Path: "/d/journal", Err: syscall.ENOSPC}, "/d/journal: the disk is full"},
		{&fs.PathError{Op: "open", Path: "/d", Err: syscall.EACCES}, "/d: the folder is not writable"},
		{&fs.PathError{Op: "mkdir", Path: "/d", Err: syscall.EROFS}, "read-only"},
		{&fs.PathError{Op: "open", Path: "/d/journal", Err: syscall.ELOOP}, "link"},
		{refused, "nothing listens"},
		{&net.DNSError{Name: "nowhere", Err: "no such host"}, "no address: nowhere"},
		{os.ErrDeadlineExceeded, "in time"},
		{fmt.Errorf("read: %w", context.DeadlineExceeded), "in time"},
		{io.EOF, "closed the connection"},
		{errors.New("something else"), "something else"},
	} {
		got := trouble.Of(test.err).String()
		if !strings.Contains(got, test.want) {
			t.Errorf("%v became %q, want %q in it", test.err, got, test.want)
		}
		if strings.ContainsAny(got, "\n*&{}") && !strings.Contains(got, "ACL SETUSER") || strings.Contains(got, "errno") {
			t.Errorf("%v became %q", test.err, got)
		}
	}
}
