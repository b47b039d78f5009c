package storagetest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// RedisTLS starts a Redis that speaks only TLS, with a certificate from an authority of its own, whose file the URL
// names in the parameter cacert.
func RedisTLS(t testing.TB) *Server {
	t.Helper()
	port := freePort(t)
	s := &Server{
		kind: "Redis with TLS", port: port, stopWith: syscall.SIGTERM,
		command: func(s *Server) *exec.Cmd {
			return exec.Command(redisProgram(t), "--port", "0", "--tls-port", strconv.Itoa(port), "--bind", "127.0.0.1",
				"--save", "", "--appendonly", "no", "--loglevel", "warning", "--tls-auth-clients", "no",
				"--tls-cert-file", "server.pem", "--tls-key-file", "server.key", "--tls-ca-cert-file", "ca.pem")
		},
		ready: pingRedisTLS,
	}
	s.prepare = func() error {
		s.URL = fmt.Sprintf("rediss://127.0.0.1:%d/0?cacert=%s", port, url.QueryEscape(filepath.Join(s.dir, "ca.pem")))
		return writeCertificates(s.dir)
	}
	s.start(t)
	return s
}

// writeCertificates writes an authority's certificate, and one for 127.0.0.1 that it has signed, with its key.
func writeCertificates(folder string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of a test"}, IsCA: true,
		BasicConstraintsValid: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server of a test"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
	}
	for file, template := range map[string]*x509.Certificate{"ca.pem": authority, "server.pem": server} {
		der, err := x509.CreateCertificate(rand.Reader, template, authority, key.Public(), key)
		if err == nil {
			err = writePEM(filepath.Join(folder, file), "CERTIFICATE", der)
		}
		if err != nil {
			return err
		}
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(filepath.Join(folder, "server.key"), "EC PRIVATE KEY", der)
}

// writePEM writes a file that the server's user can read, whoever that is.
func writePEM(file, kind string, der []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o644)
}

func pingRedisTLS(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} // only whether it answers
	conn, err := dialer.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	return says(conn, "PING", "+PONG")
}

// RedisSentinel starts a sentinel that knows a private Redis as "main". Its URL asks the sentinel.
func RedisSentinel(t testing.TB, primary *Server) *Server {
	t.Helper()
	primary.need(t)
	return sentinel(t, primary, 1)
}

// sentinel starts a sentinel that replaces the primary when quorum of them agree that it does not answer.
func sentinel(t testing.TB, primary *Server, quorum int) *Server {
	t.Helper()
	port := freePort(t)
	s := &Server{
		kind: "Redis sentinel", port: port, stopWith: syscall.SIGTERM,
		URL:     fmt.Sprintf("redis://127.0.0.1:%d/0?master_name=main", port),
		command: func(s *Server) *exec.Cmd { return exec.Command(redisProgram(t), "sentinel.conf", "--sentinel") },
		ready:   pingRedis,
	}
	s.prepare = func() error {
		settings := fmt.Sprintf("bind 127.0.0.1\nport %d\nsentinel monitor main 127.0.0.1 %d %d\n"+
			"sentinel down-after-milliseconds main 1000\nsentinel failover-timeout main 5000\n",
			port, primary.port, quorum)
		file := filepath.Join(s.dir, "sentinel.conf")
		return errors.Join(os.WriteFile(file, []byte(settings), 0o666), os.Chmod(file, 0o666)) // which it rewrites
	}
	s.start(t)
	return s
}

// RedisFailover starts a primary with a replica, and three sentinels, of which two decide that the replica takes the
// primary's place. The address asks the sentinels.
func RedisFailover(t testing.TB) (primary, replica *Server, address string) {
	t.Helper()
	const quorum = 2
	primary = Redis(t, "--repl-diskless-sync-delay", "0")
	replica = Redis(t, "--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1", strconv.Itoa(primary.port))
	tell(t, replica, "INFO replication", "master_link_status:up")
	one, two, three := sentinel(t, primary, quorum), sentinel(t, primary, quorum), sentinel(t, primary, quorum)
	for _, s := range []*Server{one, two, three} {
		tell(t, s, "SENTINEL CKQUORUM main", "+OK 3 usable Sentinels")
		tell(t, s, "SENTINEL REPLICAS main", strconv.Itoa(replica.port), "master-link-status\r\n$2\r\nok")
	}
	return primary, replica, fmt.Sprintf("%s&addr=127.0.0.1:%d&addr=127.0.0.1:%d", one.URL, two.port, three.port)
}

// RedisCluster starts a cluster of three servers, each with a third of the slots, and returns them. The URL of the
// first names all.
func RedisCluster(t testing.TB) []*Server {
	t.Helper()
	const nodes, slots = 3, 16384
	servers := make([]*Server, nodes)
	buses := make([]int, nodes)
	for i := range servers {
		buses[i] = freePort(t)
		servers[i] = Redis(
			t,
			"--cluster-enabled",
			"yes",
			"--cluster-port",
			strconv.Itoa(buses[i]),
			"--cluster-config-file",
			"nodes.conf",
		)
	}
	all := fmt.Sprintf(
		"redis://127.0.0.1:%d/?addr=127.0.0.1:%d&addr=127.0.0.1:%d",
		servers[0].port,
		servers[1].port,
		servers[2].port,
	)
	for i, s := range servers {
		tell(t, s, fmt.Sprintf("CLUSTER SET-CONFIG-EPOCH %d", i+1), "+OK")
		tell(t, s, fmt.Sprintf("CLUSTER ADDSLOTSRANGE %d %d", i*slots/nodes, (i+1)*slots/nodes-1), "+OK")
		tell(t, s, fmt.Sprintf("CLUSTER MEET 127.0.0.1 %d %d", servers[0].port, buses[0]), "+OK")
	}
	for _, s := range servers {
		tell(t, s, "CLUSTER INFO", "cluster_state:ok", "cluster_known_nodes:3", "cluster_slots_ok:16384")
	}
	servers[0].URL = all
	return servers
}

// tell sends a command until the answer contains all that is wanted.
func tell(t testing.TB, s *Server, command string, wanted ...string) {
	t.Helper()
	var failure error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
		if err == nil {
			err = says(conn, command, wanted...)
		}
		if failure = err; err == nil {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Fatal(failure)
}

// says sends a command over a connection, closes it, and reports whether the answer contains all that is wanted. A
// sentinel does not know QUIT, so that its answer counts as complete after a short pause.
func says(conn net.Conn, command string, wanted ...string) error {
	const moment = time.Second
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(moment)); err != nil {
		return err
	}
	if _, err := io.WriteString(conn, command+"\r\nQUIT\r\n"); err != nil {
		return err
	}
	var answer strings.Builder
	missing := func(w string) bool { return !strings.Contains(answer.String(), w) }
	for buffer := make([]byte, 4096); slices.ContainsFunc(wanted, missing); {
		n, err := conn.Read(buffer)
		answer.Write(buffer[:n])
		if err != nil && slices.ContainsFunc(wanted, missing) {
			return fmt.Errorf("%s was answered by %q (%w)", command, answer.String(), err)
		}
	}
	return nil
}

func redisProgram(t testing.TB) string {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		missing(t, "redis-server is not installed (Debian package redis-server)")
	}
	return program
}
