package pool

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/pythonweb/goweb/storage/internal/secret"
)

// ErrForm says what the address of a Redis must look like.
var ErrForm = errors.New("want redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], rediss:// for TLS (?cacert=FILE), " +
	"unix:///SOCKET[?db=N], ?addr=HOST:PORT for each further node of a cluster, ?master_name=NAME for sentinels")

// Open returns a client for an address, without connecting yet. Its errors hold no password.
func Open(address string) (redis.UniversalClient, error) {
	scheme, _, found := strings.Cut(address, "://")
	if scheme = strings.ToLower(scheme); !found || scheme != "redis" && scheme != "rediss" && scheme != "unix" {
		return nil, ErrForm
	}
	known, err := secret.Parse(address)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, secret.ErrAddress
	}
	redis.SetLogger(&logging.VoidLogger{}) // what goes wrong is returned
	query := u.Query()
	authority := query.Get("cacert")
	query.Del("cacert")
	u.RawQuery = query.Encode()
	client, err := open(u, query)
	if err != nil {
		return nil, known.Hide(errors.New(strings.TrimPrefix(err.Error(), "redis: ")))
	}
	if authority == "" {
		return client, nil
	}
	if err := trust(client, authority); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

// open returns the client that an address asks for: of sentinels, of a cluster, or of a single server.
func open(u *url.URL, query url.Values) (redis.UniversalClient, error) {
	switch {
	case query.Has("master_name"):
		o, err := redis.ParseFailoverURL(u.String())
		if err != nil {
			return nil, err
		}
		return redis.NewFailoverClient(o), nil
	case query.Has("addr"):
		o, err := redis.ParseClusterURL(u.String())
		if err != nil {
			return nil, err
		}
		return redis.NewClusterClient(o), nil
	}
	o, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, err
	}
	return redis.NewClient(o), nil
}

// trust makes a client accept certificates of the authorities in a file, in addition to those that the computer knows.
func trust(client redis.UniversalClient, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the authority's certificate: %w", err)
	}
	authorities, err := x509.SystemCertPool()
	if err != nil {
		authorities = x509.NewCertPool()
	}
	if !authorities.AppendCertsFromPEM(text) {
		return fmt.Errorf("read the authority's certificate: %s has none in PEM form", file)
	}
	switch c := client.(type) {
	case *redis.Client:
		if c.Options().TLSConfig != nil {
			c.Options().TLSConfig.RootCAs = authorities
			return nil
		}
	case *redis.ClusterClient:
		if c.Options().TLSConfig != nil {
			c.Options().TLSConfig.RootCAs = authorities
			return nil
		}
	}
	return errors.New("cacert is only for rediss:// addresses")
}
