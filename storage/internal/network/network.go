// Package network says in plain words why a server could not be reached.
package network

import (
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
)

// Reason finds a network error in err and returns the text of err with that error in plain words, and what a user can
// do about it. Both are empty if there is none.
func Reason(err error) (text, hint string) {
	var (
		name        *net.DNSError
		call        *net.OpError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
	)
	switch {
	case err == nil:
		return "", ""
	case errors.As(err, &certificate):
		return Before(err, certificate) + certificateProblem(certificate.Err),
			"name its certificate authority's file in the address (PostgreSQL: sslrootcert=FILE, " +
				"MongoDB: tlsCAFile=FILE, Redis: cacert=FILE)"
	case errors.As(err, &record):
		return Before(err, record) + "the server does not speak TLS on this port",
			"check the port, or turn off TLS in the address"
	case errors.As(err, &name):
		return Before(err, name) + "no host is known as " + name.Name, "check the address"
	case errors.As(err, &call) && call.Op == "dial" && call.Timeout():
		return Before(err, call) + "no answer", "is the address right, and is there a firewall in between?"
	case errors.As(err, &call) && call.Op == "dial":
		problem := Before(err, call) + call.Err.Error()
		var system syscall.Errno
		if errors.As(call.Err, &system) {
			problem = Before(err, call) + system.Error()
		}
		return problem, "is the server running, and is the address right?"
	case errors.As(err, &call) && call.Timeout():
		return Before(err, call) + "no answer", "is the server running, and can it be reached?"
	case errors.As(err, &call):
		return Lost(Before(err, call))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, driver.ErrBadConn), errors.Is(err, net.ErrClosed):
		before, _, _ := strings.Cut(err.Error(), cause(err).Error())
		return Lost(before)
	}
	return "", ""
}

// Lost returns the same for a connection that was lost; before is the text of the error before that.
func Lost(before string) (text, hint string) {
	return before + "the connection to the server was lost", "is the server running, and can it be reached?"
}

// cause returns the last error of err's chain.
func cause(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

// certificateProblem says what is wrong with a server's certificate.
func certificateProblem(err error) string {
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &host):
		return "the server's certificate is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired, or this computer's clock is wrong"
	}
	return "the server's certificate is signed by an authority that this computer does not know"
}

// Before returns the part of an error's text that precedes its cause's.
func Before(err, cause error) string {
	text, _, _ := strings.Cut(err.Error(), cause.Error())
	return text
}
