package report

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"syscall"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat/internal/source"
)

// NoListener says why nothing can listen at the address that a flag names, and what a person can do about it.
func NoListener(flag, addr string, err error) error {
	var dns *net.DNSError
	var bad *net.AddrError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return console.Errorf(
			console.Failed, "choose another with --"+flag+", or end the program that has it",
			"cannot listen on %s: the port is in use", addr,
		)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return console.Errorf(
			console.Failed, "see ip address", "cannot listen on %s: this computer has no such address", addr,
		)
	case errors.Is(err, syscall.EACCES):
		return console.Errorf(console.Failed, "ports below 1024 need privileges", "cannot listen on %s: not permitted", addr)
	case errors.As(err, &bad):
		return console.Errorf(console.Usage, "--"+flag+" is HOST:PORT or :PORT", "cannot listen on %q: %s", addr, bad.Err)
	case errors.As(err, &dns):
		return console.Errorf(
			console.Usage, "--"+flag+" is HOST:PORT or :PORT", "cannot listen on %q: unknown host", addr,
		)
	}
	return err
}

// NoFile returns an error that says why the file at path cannot be sent.
func NoFile(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return console.Errorf(console.NotFound, "check the path", "cannot send %q: there is no such file", path)
	case errors.Is(err, source.ErrSpecial):
		return console.Errorf(console.Usage, "send a file or a folder", "cannot send %q: %w", path, source.ErrSpecial)
	}
	return fmt.Errorf("cannot send %q: %w", path, err)
}
