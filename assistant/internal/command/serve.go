package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"github.com/pythonweb/goweb/assistant"
	"github.com/pythonweb/goweb/assistant/internal/web"
	"github.com/pythonweb/goweb/assistant/internal/web/login"
	"github.com/pythonweb/goweb/assistant/internal/webhook"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

// defaultAddr is where the server listens by default: for this computer only.
const defaultAddr = "127.0.0.1:8080"

func addrFlag() cli.Flag {
	return &cli.StringFlag{
		Name:    "addr",
		EnvVars: []string{"ASSISTANT_ADDR"},
		Value:   defaultAddr,
		Usage:   "the server is at `HOST:PORT`",
	}
}

func (p *program) serve() *cli.Command {
	return &cli.Command{
		Name: "serve", Usage: "serve the address book to browsers and programs",
		Description: "Pages for people, and a JSON API at /api/v1. " +
			"Port 0 means any free port; the address is printed on stderr. SIGTERM\n" +
			"lets requests in progress finish, and ends the server cleanly. " +
			"Without an account the server is for this computer alone, and prints a\n" +
			"link by which its owner sets a password; " +
			"or ASSISTANT_OWNER names the first account, and ASSISTANT_OWNER_PASSWORD_FILE the file\n" +
			"whose first line is its password.",
		Flags: []cli.Flag{
			addrFlag(),
			&cli.StringFlag{
				Name: "base-url", EnvVars: []string{"ASSISTANT_BASE_URL"},
				Usage: "browsers reach the server at `URL`, which may have a path",
			},
			&cli.StringFlag{
				Name: "tls-cert", EnvVars: []string{"ASSISTANT_TLS_CERT"}, Usage: "speak TLS with the certificate in `FILE`",
			},
			&cli.StringFlag{
				Name: "tls-key", EnvVars: []string{"ASSISTANT_TLS_KEY"}, Usage: "the certificate's key is in `FILE`",
			},
			&cli.StringSliceFlag{
				Name: "trusted-proxy", EnvVars: []string{"ASSISTANT_TRUSTED_PROXY"},
				Usage: "trust what proxies in the network `CIDR` say about their clients",
			},
			&cli.StringSliceFlag{
				Name: "webhook-allow", EnvVars: []string{"ASSISTANT_WEBHOOK_ALLOW"},
				Usage: "webhooks may reach private addresses in the network `CIDR`",
			},
			&cli.StringFlag{
				Name: "auth-header", EnvVars: []string{"ASSISTANT_AUTH_HEADER"},
				Usage: "a trusted proxy names the account in the header `NAME`",
			},
		},
		Action: p.action(serve),
	}
}

func serve(ctx context.Context, s *session) error {
	base, err := s.baseURL()
	if err != nil {
		return err
	}
	config, err := s.tlsConfig()
	if err != nil {
		return err
	}
	trusted, err := s.networks("trusted-proxy")
	if err != nil {
		return err
	}
	if s.String("auth-header") != "" && len(trusted) == 0 {
		return console.Usagef(
			"name the proxy with --trusted-proxy",
			"--auth-header needs a trusted proxy, and none is named",
		)
	}
	allowed, err := s.networks("webhook-allow")
	if err != nil {
		return err
	}
	open, err := s.hasOwner(ctx)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, s.String("addr"), open)
	if err != nil {
		return err
	}
	handler, gate := web.New(web.Options{
		Library: s.store, Book: s.book, Base: base, TLS: config != nil, Header: s.String("auth-header"), Trusted: trusted,
		Commands: console.Overview(s.App),
	})
	scheme, path := "http", ""
	if config != nil {
		scheme = "https"
	}
	if base != nil {
		path = strings.TrimRight(base.EscapedPath(), "/")
	}
	here := fmt.Sprintf("%s://%s%s", scheme, listener.Addr(), path)
	s.terminal.TellAtOnce()
	if !open {
		s.terminal.Notef(
			"there is no account yet: %s/setup?token=%s sets the owner's password, once",
			here,
			gate.SetupToken(),
		)
	}
	if open {
		there := here
		if base != nil {
			there = strings.TrimRight(base.String(), "/")
		}
		s.terminal.Notef("%s", s.lang.Sprintf("iOS and macOS: a CardDAV account, or the profile at %s/connect", there))
		s.terminal.Notef("%s", s.lang.Sprintf("Android: DAVx5, by URL and user name; Thunderbird: a CardDAV address book; "+
			"both at %s/dav/", there))
	}
	s.terminal.Notef("listening on %s", here)
	hooks := webhook.Options{Library: s.store, Book: s.book, Allow: allowed}
	server := web.Server{Handler: handler, TLS: config, Beside: func(ctx context.Context) { webhook.Run(ctx, hooks) }}
	return server.Serve(ctx, listener)
}

// hasOwner reports whether there is an account. In a container the environment may name the first one.
func (s *session) hasOwner(ctx context.Context) (bool, error) {
	accounts, err := s.store.Accounts(ctx)
	name, file := os.Getenv("ASSISTANT_OWNER"), os.Getenv("ASSISTANT_OWNER_PASSWORD_FILE")
	if err != nil || len(accounts) > 0 || name == "" && file == "" {
		return len(accounts) > 0, err
	}
	if name == "" || file == "" {
		return false, console.Usagef("give both", "ASSISTANT_OWNER and ASSISTANT_OWNER_PASSWORD_FILE belong together")
	}
	password, err := s.passwordIn(file)
	if err != nil {
		return false, err
	}
	if err := assistant.CheckAccountName(name); err != nil {
		return false, err
	}
	_, err = login.AddOwner(ctx, s.store, name, password)
	return err == nil, err
}

// networks returns the networks given by a flag. The environment may name several, separated by commas.
func (s *session) networks(flag string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, value := range s.StringSlice(flag) {
		for text := range strings.SplitSeq(value, ",") {
			prefix, err := netip.ParsePrefix(strings.TrimSpace(text))
			if err != nil {
				return nil, console.Errorf(console.Usage, "write it as 10.0.0.0/8", "%q is not a network", text)
			}
			list = append(list, prefix)
		}
	}
	return list, nil
}

// listen listens for this computer only, as long as there is no account.
func listen(ctx context.Context, addr string, open bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, console.Errorf(console.Usage, "write it as 127.0.0.1:8080", "%q is not an address", addr)
	}
	if ip := net.ParseIP(host); !open && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, console.Errorf(console.Failed, "add one with assistant user add, or listen on 127.0.0.1",
			"the server is for this computer alone while there is no account, and %s is for others", addr)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, console.Errorf(console.Failed, "name another one with --addr", "%w", err)
	}
	return listener, nil
}

// baseURL returns the value of --base-url, or nil if it was not given.
func (s *session) baseURL() (*url.URL, error) {
	text := s.String("base-url")
	if text == "" {
		return nil, nil
	}
	base, err := url.Parse(text)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.RawQuery != "" ||
		base.Fragment != "" {
		return nil, console.Errorf(console.Usage, "write it as https://example.com/book",
			"%q is not the address of a server", text)
	}
	return base, nil
}

// tlsConfig returns nil if the server does not use TLS.
func (s *session) tlsConfig() (*tls.Config, error) {
	cert, key := s.String("tls-cert"), s.String("tls-key")
	switch {
	case cert == "" && key == "":
		return nil, nil
	case cert == "" || key == "":
		return nil, console.Usagef("give both", "--tls-cert and --tls-key belong together")
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, console.Errorf(
			console.Failed,
			"both files have PEM blocks that belong together",
			"read the certificate: %w",
			err,
		)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}
