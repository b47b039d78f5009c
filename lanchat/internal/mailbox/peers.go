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
	Added    bool        // the user has added it by hand
	Seen     time.Time
}

// trust orders peers of one name: a claimed name never comes before a proved one.
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

// AmbiguousError says that several peers have the same name.
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
	err := b.db.Reader.NewSelect().Model(&rows).Where("name = ?", name).OrderExpr("seen_at DESC").Scan(ctx)
	if err != nil {
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
		if p := rows[i].peer(); p.trust() == best.trust() &&
			(p.Key != best.Key || p.Key.IsZero() && p.Address != best.Address) {
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
			if known.Key == p.Key {
				return saw(ctx, tx, p.Address)
			}
			return nil // what nobody has proved changes nothing
		}
		if known.Pinned && known.Key != p.Key {
			return &lanchat.ChangedKeyError{Want: known.Key.Pin(), Have: p.Key.Pin()}
		}
		row := peerRow{
			Address: p.Address, Name: p.Name, Pinned: p.Pinned || known.Pinned, Verified: p.Verified || known.Verified,
			Frames: p.Frames || known.Frames, Added: p.Added || known.Added, SeenAt: time.Now().UnixMicro(),
		}
		if row.Name == "" || known.Added && !p.Added {
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
			Set("verified = excluded.verified, frames = excluded.frames, seen_at = excluded.seen_at, added = excluded.added").
			Exec(ctx)
		if err != nil {
			return fmt.Errorf("peer %s: %w", p.Address, err)
		}
		return nil
	})
}

// saw records that the peer at an address was seen just now.
func saw(ctx context.Context, db bun.IDB, address string) error {
	_, err := db.NewUpdate().Model((*peerRow)(nil)).
		Set("seen_at = ?", time.Now().UnixMicro()).Where("address = ?", address).Exec(ctx)
	return err
}

// Elsewhere returns the other addresses of a key, the last seen first.
func (b *Mailbox) Elsewhere(ctx context.Context, key lanchat.Key, address string) ([]string, error) {
	var addresses []string
	err := b.db.Reader.NewSelect().Model((*peerRow)(nil)).Column("address").
		Where("sender = ? AND address != ?", key[:], address).OrderExpr("seen_at DESC").Scan(ctx, &addresses)
	if err != nil {
		return nil, fmt.Errorf("read peers: %w", err)
	}
	return addresses, nil
}

// Trust remembers that two people have paired with the holder of a key, wherever it is.
func (b *Mailbox) Trust(ctx context.Context, key lanchat.Key, name string, verified bool) error {
	_, err := b.db.ExecContext(ctx, `INSERT INTO trusted (sender, name, verified, paired_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (sender) DO UPDATE
		SET name = excluded.name, verified = verified OR excluded.verified, paired_at = excluded.paired_at`,
		key[:], name, verified, time.Now().UnixMicro())
	if err != nil {
		return fmt.Errorf("remember key: %w", err)
	}
	return nil
}

// Trusted says whether a key is pinned anywhere, or paired with, and the name by which its holder is known.
func (b *Mailbox) Trusted(ctx context.Context, key lanchat.Key) (name string, yes bool, err error) {
	err = b.db.Reader.NewRaw(`SELECT name FROM (
			SELECT name, 1 AS place, paired_at AS at FROM trusted WHERE sender = ?
			UNION ALL SELECT name, 2 - verified, seen_at FROM peer WHERE sender = ? AND pinned
		) ORDER BY place, at DESC LIMIT 1`, key[:], key[:]).Scan(ctx, &name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read peers: %w", err)
	}
	return name, true, nil
}

// forgotten is how long a peer that is not seen is remembered.
const forgotten = 30 * 24 * time.Hour

// Age forgets the peers whom nobody has seen for 30 days, unless their key is pinned or the user has written them
// down.
func (b *Mailbox) Age(ctx context.Context, now time.Time) error {
	_, err := b.db.NewDelete().Model((*peerRow)(nil)).
		Where("NOT pinned AND NOT added AND seen_at < ?", now.Add(-forgotten).UnixMicro()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget peers: %w", err)
	}
	return nil
}

// Forget removes the peer with that address, or all with that name, and the keys that were trusted for it. It returns
// ErrNotFound when there is none.
func (b *Mailbox) Forget(ctx context.Context, name string) error {
	return b.db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		keys, err := tx.ExecContext(ctx, `DELETE FROM trusted WHERE name = ?
			OR sender IN (SELECT sender FROM peer WHERE address = ? OR name = ?)`, name, name, name)
		if err != nil {
			return fmt.Errorf("peer %s: %w", name, err)
		}
		peers, err := tx.NewDelete().Model((*peerRow)(nil)).Where("address = ? OR name = ?", name, name).Exec(ctx)
		if err != nil {
			return fmt.Errorf("peer %s: %w", name, err)
		}
		n, err := keys.RowsAffected()
		m, err2 := peers.RowsAffected()
		if err = errors.Join(err, err2); err != nil || n+m == 0 {
			return errors.Join(err, fmt.Errorf("peer %q: %w", name, ErrNotFound))
		}
		return nil
	})
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
	Added    bool   `bun:"added"`
	SeenAt   int64  `bun:"seen_at"`
}

func (r *peerRow) peer() *Peer {
	p := &Peer{
		Address: r.Address, Name: r.Name, Pinned: r.Pinned, Verified: r.Verified, Frames: r.Frames,
		Added: r.Added, Seen: time.UnixMicro(r.SeenAt).UTC(),
	}
	copy(p.Key[:], r.Sender)
	return p
}

// Write adds a peer by hand: its name is the user's, even if a key is pinned.
func (b *Mailbox) Write(ctx context.Context, p Peer) error {
	p.Added = true
	if err := b.Learn(ctx, p); err != nil {
		return err
	}
	_, err := b.db.NewUpdate().Model((*peerRow)(nil)).
		Set("name = ?, added = 1", p.Name).Where("address = ?", p.Address).Exec(ctx)
	if err != nil {
		return fmt.Errorf("peer %s: %w", p.Address, err)
	}
	return nil
}

// Paired returns the peers whose keys are pinned, each key once, at the address where it was seen last.
func (b *Mailbox) Paired(ctx context.Context) ([]*Peer, error) {
	all, err := b.Peers(ctx)
	if err != nil {
		return nil, err
	}
	var paired []*Peer
	seen := map[lanchat.Key]bool{}
	for _, p := range all {
		if p.Pinned && !seen[p.Key] {
			seen[p.Key] = true
			paired = append(paired, p)
		}
	}
	return paired, nil
}
