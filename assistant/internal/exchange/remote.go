package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/emersion/go-webdav"
	"github.com/emersion/go-webdav/carddav"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// A Remote is a CardDAV server to read from.
type Remote struct {
	URL      string // of the server or of an address book: https://...
	Login    string
	Password string
}

// maxRemoteCard is the maximum length in bytes of a card that is taken from a server.
const maxRemoteCard = 32 << 20

// remoteTimeout is how long one answer of a server may take.
const remoteTimeout = 2 * time.Minute

// Cards returns the cards of every address book of the account, byte for byte as the server has them. A card that the
// server does not return is a [vcf.SyntaxError], whose line is the number of the card; any other error is the last.
func (r Remote) Cards(ctx context.Context) iter.Seq2[*vcf.Card, error] {
	return func(yield func(*vcf.Card, error) bool) {
		transport := &http.Client{Timeout: remoteTimeout}
		defer transport.CloseIdleConnections()
		books, client, err := r.books(ctx, transport)
		if err != nil {
			yield(nil, err)
			return
		}
		number := 0
		for _, book := range books {
			cards, err := client.list(ctx, book)
			if err != nil {
				yield(nil, fmt.Errorf("list the address book %s: %w", book, err))
				return
			}
			for _, path := range cards {
				number++
				card, err := client.card(ctx, path)
				if ctx.Err() != nil {
					yield(nil, ctx.Err())
					return
				}
				if err != nil {
					err = &vcf.SyntaxError{Line: number, Problem: fmt.Sprintf("%s: %v", path, err)}
				} else {
					card.Line = number
				}
				if !yield(card, err) {
					return
				}
			}
		}
	}
}

// remoteClient speaks WebDAV and CardDAV with one server.
type remoteClient struct {
	files *webdav.Client
	cards *carddav.Client
}

// books finds the address books of the account, from wherever the URL is.
func (r Remote) books(ctx context.Context, transport *http.Client) ([]string, *remoteClient, error) {
	session := webdav.HTTPClientWithBasicAuth(transport, r.Login, r.Password)
	files, err := webdav.NewClient(session, r.URL)
	if err != nil {
		return nil, nil, err
	}
	cards, err := carddav.NewClient(session, r.URL)
	if err != nil {
		return nil, nil, err
	}
	client := &remoteClient{files, cards}
	principal, err := files.FindCurrentUserPrincipal(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("find the account: %w", err)
	}
	home, err := cards.FindAddressBookHomeSet(ctx, principal)
	if err != nil {
		return nil, nil, fmt.Errorf("find the address books: %w", err)
	}
	found, err := cards.FindAddressBooks(ctx, home)
	if err != nil {
		return nil, nil, fmt.Errorf("find the address books: %w", err)
	}
	if len(found) == 0 {
		return nil, nil, errors.New("the account has no address books")
	}
	var paths []string
	for _, book := range found {
		paths = append(paths, book.Path)
	}
	return paths, client, nil
}

// list returns the paths of the cards of a book.
func (c *remoteClient) list(ctx context.Context, book string) ([]string, error) {
	found, err := c.cards.QueryAddressBook(ctx, book, &carddav.AddressBookQuery{
		DataRequest: carddav.AddressDataRequest{Props: []string{"VERSION", "UID", "FN"}},
		PropFilters: []carddav.PropFilter{{Name: "UID"}, {Name: "FN"}},
	})
	var paths []string
	for _, object := range found {
		paths = append(paths, object.Path)
	}
	return paths, err
}

// card reads one card.
func (c *remoteClient) card(ctx context.Context, path string) (*vcf.Card, error) {
	body, err := c.files.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	source, err := io.ReadAll(io.LimitReader(body, maxRemoteCard))
	if err := errors.Join(err, body.Close()); err != nil {
		return nil, err
	}
	return vcf.Parse(source)
}
