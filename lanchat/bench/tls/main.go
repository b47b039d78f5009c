// Command tls measures TLS: "tls bare ADDRESS" serves the least that crypto/tls can do for a message, a full handshake
// with both certificates, one read and OK; "tls load ADDRESS SENDERS MESSAGES" sends messages to it or to lanchat.
package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pythonweb/goweb/lanchat"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "bare" {
		log.Fatal(bare(os.Args[2]))
	}
	if len(os.Args) != 5 || os.Args[1] != "load" {
		log.Fatal("usage: tls bare ADDRESS | tls load ADDRESS SENDERS MESSAGES")
	}
	senders, _ := strconv.Atoi(os.Args[3])
	messages, _ := strconv.Atoi(os.Args[4])
	if err := load(os.Args[2], senders, messages); err != nil {
		log.Fatal(err)
	}
}

func bare(address string) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		return err
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}},
		MinVersion:   tls.VersionTLS13, ClientAuth: tls.RequireAnyClientCert, SessionTicketsDisabled: true,
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go answer(conn.(*net.TCPConn), config)
	}
}

// answer holds the same conversation as lanchat.
func answer(tcp *net.TCPConn, config *tls.Config) {
	defer tcp.Close()
	conn := tls.Server(tcp, config)
	if n, err := conn.Read(make([]byte, 1024)); n == 0 {
		log.Print(err)
		return
	}
	_, _ = io.WriteString(conn, "OK")
	_ = conn.CloseWrite()
	_ = tcp.CloseWrite()
	_, _ = io.Copy(io.Discard, conn)
}

func load(address string, senders, messages int) error {
	identity, err := lanchat.NewIdentity()
	if err != nil {
		return err
	}
	client := &lanchat.Client{Identity: identity}
	var next atomic.Int64
	var running sync.WaitGroup
	failed := make(chan error, senders)
	began := time.Now()
	for range senders {
		running.Go(func() {
			for next.Add(1) <= int64(messages) {
				p := lanchat.Post{ID: lanchat.NewID(), Sequence: 1, Body: []byte("The quick brown fox jumps over the lazy dog.")}
				if _, err := client.Send(context.Background(), lanchat.Route{Address: address, Secure: true}, p); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	running.Wait()
	select {
	case err := <-failed:
		return err
	default:
	}
	fmt.Printf("%.0f\n", float64(messages)/time.Since(began).Seconds())
	return nil
}
