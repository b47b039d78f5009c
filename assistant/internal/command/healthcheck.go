package command

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) healthcheck() *cli.Command {
	return &cli.Command{
		Name: "healthcheck", Usage: "succeed if the server and its store answer",
		Description: "For containers and service managers: it asks /readyz of the server at --addr, " +
			"and opens no store itself.",
		Flags: []cli.Flag{
			addrFlag(),
			&cli.DurationFlag{Name: "timeout", Value: 3 * time.Second, Usage: "give up after `TIME`"},
		},
		Action: func(c *cli.Context) error {
			addr := c.String("addr")
			host, port, err := net.SplitHostPort(addr)
			if err != nil {
				return console.Errorf(console.Usage, "write it as 127.0.0.1:8080", "%q is not an address", addr)
			}
			if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
				host = "localhost"
			}
			ctx, cancel := context.WithTimeout(c.Context, c.Duration("timeout"))
			defer cancel()
			return ask(ctx, net.JoinHostPort(host, port))
		},
	}
}

// ask asks a server on this computer whether it is ready. The server's certificate may be for a name other than this
// address: the question is whether it is alive, not who it is.
func ask(ctx context.Context, addr string) error {
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	client := &http.Client{Transport: transport}
	var last error
	for _, scheme := range []string{"http", "https"} {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+addr+"/readyz", nil)
		if err != nil {
			return console.Errorf(console.Usage, "write it as 127.0.0.1:8080", "%q is not an address", addr)
		}
		response, err := client.Do(request)
		if err != nil {
			last = console.Errorf(console.Failed, "start it with assistant serve", "no server answers at %s", addr)
			continue
		}
		_ = response.Body.Close() // it is not read
		switch response.StatusCode {
		case http.StatusOK:
			return nil
		case http.StatusServiceUnavailable:
			return console.Errorf(
				console.Failed,
				"check the store",
				"the server at %s answers, but its store does not",
				addr,
			)
		}
		last = console.Errorf(console.Failed, "name its address with --addr", "another server answers at %s", addr)
	}
	return last
}
