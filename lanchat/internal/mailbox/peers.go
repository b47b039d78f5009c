package mailbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/lanchat"
)

// Peer is what is known about one address.
type Peer struct {
	Address  string      // HOST:PORT
	Name     string      // what it calls itself; anybody may claim any name
	Key      lanchat.Key // that it claims to have; if Pinned, has proved to have
	Pinned   bool        // only Key is accepted at Address
	Verified bool        // two people have compared codes
	Frames   bool        // it reads frames
	Seen     time.Time
}

// trust orders peers of one name: a claimed name never stands before a proved one.
func (p *Peer) trust() int {
	switch {
	case p.Verified:
		return 2
	case p.Pinned:
		return 1
	default:
		return 0
	}
}

// AmbiguousError says that several peers go by one name.
type AmbiguousError struct {
	Name      string
	Addresses []string
}

// Error names the addresses.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("several peers call themselves %q: %v", e.Name, e.Addresses)
}

// Peer returns what is known about name, an address or a peer's name. An address of which nothing is known is a
// Peer too; an unknown name is ErrNotFound.
func (b *Mailbox) Peer(ctx context.Context, name string) (*Peer, error) {
	if _, _, err := net.SplitHostPort(name); err == nil {
		return peerAt(ctx, b.db.Reader, name)
	}
	var rows []peerRow
	if err := b.db.Reader.NewSelect().Model(&rows).Where("name = ?", name).OrderExpr("seen_at DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("peer %s: %w", name, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("peer %q: %w", name, ErrNotFound)
	}
	best := rows[0].peer()
	for i := range rows {
		if p := rows[i].peer(); p.trust() > best.trust() {
			best = p
		}
	}
	// Other addresses of the same key are the same peer, which has moved or is in several networks.
	addresses := []string{best.Address}
	for i := range rows {
		if p := rows[i].peer(); p.trust() == best.trust() && (p.Key != best.Key || p.Key.IsZero() && p.Address != best.Address) {
			addresses = append(addresses, p.Address)
		}
	}
	if len(addresses) > 1 {
		return nil, &AmbiguousError{name, addresses}
	}
	return best, nil
}

// peerAt returns the peer at an address, known or not.
func peerAt(ctx context.Context, db bun.IDB, address string) (*Peer, error) {
	var row peerRow
	err := db.NewSelect().Model(&row).Where("address = ?", address).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return &Peer{Address: address}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("peer %s: %w", address, err)
	}
	return row.peer(), nil
}

// Peers returns all known peers, the last seen first.
func (b *Mailbox) Peers(ctx context.Context) ([]*Peer, error) {
	var rows []peerRow
	if err := b.db.Reader.NewSelect().Model(&rows).OrderExpr("seen_at DESC, address").Scan(ctx); err != nil {
		return nil, fmt.Errorf("read peers: %w", err)
	}
	all := make([]*Peer, len(rows))
	for i := range rows {
		all[i] = rows[i].peer()
	}
	return all, nil
}

// Learn adds what p says to what is known about its address. A pinned key is not replaced: Learn returns a
// *lanchat.ChangedKeyError when p has another, and changes nothing; nor does it when p has not proved its key.
func (b *Mailbox) Learn(ctx context.Context, p Peer) error {
	return b.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		known, err := peerAt(ctx, tx, p.Address)
		if err != nil {
			return err
		}
		if known.Pinned && !p.Pinned {
			return nil // what nobody has proved changes nothing
		}
		if known.Pinned && known.Key != p.Key {
			return &lanchat.ChangedKeyError{Want: known.Key.Pin(), Have: p.Key.Pin()}
		}
		row := peerRow{
			Address: p.Address, Name: p.Name, Pinned: p.Pinned || known.Pinned, Verified: p.Verified || known.Verified,
			Frames: p.Frames || known.Frames, SeenAt: time.Now().UnixMicro(),
		}
		if row.Name == "" {
			row.Name = known.Name
		}
		if p.Key.IsZero() {
			p.Key = known.Key
		}
		if !p.Key.IsZero() {
			row.Sender = p.Key[:]
		}
		if row.Pinned {
			// A key that was verified anywhere is verified here.
			verified, err := tx.NewSelect().Model((*peerRow)(nil)).Where("sender = ? AND verified", p.Key[:]).Exists(ctx)
			if err != nil {
				return fmt.Errorf("peer %s: %w", p.Address, err)
			}
			row.Verified = row.Verified || verified
		}
		_, err = tx.NewInsert().Model(&row).On("CONFLICT (address) DO UPDATE").
			Set("name = excluded.name, sender = excluded.sender, pinned = excluded.pinned").
			Set("verified = excluded.verified, frames = excluded.frames, seen_at = excluded.seen_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("peer %s: %w", p.Address, err)
		}
		return nil
	})
}

// Forget removes what is known about an address or about every peer of a name, pins included, or returns ErrNotFound.
func (b *Mailbox) Forget(ctx context.Context, name string) error {
	result, err := b.db.NewDelete().Model((*peerRow)(nil)).Where("address = ? OR name = ?", name, name).Exec(ctx)
	if err != nil {
		return fmt.Errorf("peer %s: %w", name, err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("peer %q: %w", name, ErrNotFound))
	}
	return nil
}

// peerRow is a row of the table peer.
type peerRow struct {
	bun.BaseModel `bun:"table:peer"`

	Address  string `bun:"address,pk"`
	Name     string `bun:"name"`
	Sender   []byte `bun:"sender"`
	Pinned   bool   `bun:"pinned"`
	Verified bool   `bun:"verified"`
	Frames   bool   `bun:"frames"`
	SeenAt   int64  `bun:"seen_at"`
}

func (r *peerRow) peer() *Peer {
	p := &Peer{
		Address: r.Address, Name: r.Name, Pinned: r.Pinned, Verified: r.Verified, Frames: r.Frames,
		Seen: time.UnixMicro(r.SeenAt).UTC(),
	}
	copy(p.Key[:], r.Sender)
	return p
}
