package sqlstore

import (
	"context"
	"database/sql"
	"slices"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant/internal/posting"
	"github.com/pythonweb/goweb/assistant/search"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// A search for one or two characters may match nearly every contact. To find the best matches without reading the
// others, the index of grams has the set of documents for each gram and rank: its size is the number of hits, and the
// first ones of the best rank are soon found by going through the contacts ordered by name.

// maxGramPage is how far into the hits a page may reach for this index to be used.
const maxGramPage = 2000

// gramLimits say when using the index of grams pays.
type gramLimits struct {
	// index is how many documents may be missing from the index before they are added: a block is written once for all of
	// them. Until then a search reads them.
	index int
	// read is up to how many documents of one rank are read rather than looked for in the order of names.
	read int
	// walk is how many contacts are looked at in that order at most, before all candidates are read.
	walk int
}

// searchGram is search for a query of one gram, up to the ids of the page. It reports false if the index cannot help:
// it does not exist, still lacks most documents, or has the hits of a rank too far apart.
func (t table[T, R]) searchGram(
	ctx context.Context, s *Store, query search.Query, skip, limit int,
) (ids []string, total int, ok bool, err error) {
	gram, ok := query.Gram()
	if !ok || t.grams == "" || limit <= 0 || skip+limit > maxGramPage {
		return nil, 0, false, nil
	}
	// All statements read the same snapshot.
	tx, err := s.db.Reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.oneMoment()})
	if err != nil {
		return nil, 0, false, err
	}
	defer func() { _ = tx.Rollback() }()
	var left []int64
	err = tx.NewRaw("SELECT seq FROM ? WHERE book = ? LIMIT ?",
		bun.Ident(t.unindexed), s.book, 2*s.limits.index).Scan(ctx, &left)
	if err != nil || len(left) == 2*s.limits.index {
		return nil, 0, false, err
	}
	sets, most, err := t.gramSets(ctx, tx, s, gram)
	if err != nil {
		return nil, 0, false, err
	}
	read := left
	found := 0 // among what is indexed
	for rank := search.Prefix; rank <= search.Elsewhere; rank++ {
		set := sets[rank]
		for _, seq := range left {
			set.Remove(seq)
		}
		n := set.Len()
		if want := skip + limit - found; want > 0 {
			seqs, ok, err := t.best(ctx, tx, s, set, want, most, query.KeyPrefix(rank))
			if err != nil || !ok {
				return nil, 0, false, err
			}
			read = append(read, seqs...)
			total -= len(seqs) // the ranking counts these
		}
		found += n
		total += n
	}
	ranking := query.Ranking(skip, limit)
	for part := range slices.Chunk(read, perQuery) {
		q := tx.NewSelect().TableExpr("? AS d", bun.Ident(t.documents)).ColumnExpr("d.id, d.document").
			Where("d.book = ?", s.book).Where("d.seq IN (?)", bun.List(part))
		if err := rank(ctx, q, ranking); err != nil {
			return nil, 0, false, err
		}
	}
	ids, counted := ranking.Best()
	return ids, total + counted, true, nil
}

// gramSets reads the sets of a gram, by rank, and returns an approximate upper bound of the number of contacts.
func (t table[T, R]) gramSets(
	ctx context.Context, tx bun.Tx, s *Store, gram search.Gram,
) (sets [search.Elsewhere + 1]posting.Set, most int, err error) {
	for rank := range sets {
		sets[rank] = make(posting.Set)
	}
	rows, err := tx.QueryContext(ctx, "SELECT block, rank, seqs FROM ? WHERE book = ? AND gram = ?",
		bun.Ident(t.grams), s.book, gram.String())
	if err != nil {
		return sets, 0, err
	}
	defer rows.Close()
	blocks := make(map[int64]bool)
	for rows.Next() {
		var n, rank int64
		var packed sql.RawBytes
		if err := rows.Scan(&n, &rank, &packed); err != nil {
			return sets, 0, err
		}
		if rank >= 0 && rank < int64(len(sets)) {
			sets[rank].Unpack(n, packed)
			blocks[n] = true
		}
	}
	return sets, len(blocks) * posting.PerBlock, rows.Err()
}

// best returns members of a set whose names sort first: enough to include the wanted ones. It reports false if that
// would take too long.
func (t table[T, R]) best(
	ctx context.Context, tx bun.Tx, s *Store, set posting.Set, want, most int, prefix string,
) (seqs []int64, ok bool, err error) {
	n := set.Len()
	if n <= max(want, s.limits.read) {
		return slices.Collect(set.All()), true, nil
	}
	// If they were spread evenly, a quarter of that would do.
	walk := min(4*want*most/n+perQuery, s.limits.walk)
	rows, err := tx.QueryContext(ctx, "SELECT seq FROM ? WHERE book = ? AND name_key >= ? AND name_key < ? "+
		"ORDER BY name_key, id LIMIT ?", bun.Ident(t.name), s.book, prefix, prefix+"\U0010FFFF", walk)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	for len(seqs) < want && rows.Next() {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			return nil, false, err
		}
		if set.Has(seq) {
			seqs = append(seqs, seq)
		}
	}
	return seqs, len(seqs) == want, rows.Err()
}

// indexGrams adds missing documents to the index, if there are many.
func (t table[T, R]) indexGrams(ctx context.Context, tx bun.Tx, s *Store) error {
	if t.grams == "" {
		return nil
	}
	var many bool
	err := tx.NewRaw("SELECT EXISTS (SELECT 1 FROM ? WHERE book = ? LIMIT 1 OFFSET ?)",
		bun.Ident(t.unindexed), s.book, s.limits.index-1).Scan(ctx, &many)
	if err != nil || !many {
		return err
	}
	changes, err := t.takeUnindexed(ctx, tx, s)
	for len(changes) > 0 && err == nil {
		number, _ := posting.Place(changes[0].Seq)
		n := slices.IndexFunc(changes, func(c gramChange) bool { other, _ := posting.Place(c.Seq); return other != number })
		if n < 0 {
			n = len(changes)
		}
		err = t.indexBlock(ctx, tx, s, number, changes[:n])
		changes = changes[n:]
	}
	return err
}

// indexAll does the same for a new index, in steps between which others can write.
func (t table[T, R]) indexAll(ctx context.Context, s *Store) error {
	var books []int64
	if err := s.db.Reader.NewRaw("SELECT book FROM books WHERE removed = 0 ORDER BY book").Scan(ctx, &books); err != nil {
		return err
	}
	for _, id := range books {
		book := *s
		book.book = id
		for before := -1; ; {
			err := book.transact(ctx, "index short words", func(ctx context.Context, tx bun.Tx) error {
				return t.indexGrams(ctx, tx, &book)
			})
			if err != nil {
				return err
			}
			var left int
			err = s.db.Reader.NewRaw("SELECT count(*) FROM ? WHERE book = ?", bun.Ident(t.unindexed), id).Scan(ctx, &left)
			if err != nil {
				return err
			}
			if left < s.limits.index || left == before {
				break
			}
			before = left
		}
	}
	return nil
}

// A gramChange is a document as it is in the index and as it is now, "" for none.
type gramChange struct {
	Seq      int64
	Was, Now search.Document
}

// takeUnindexed removes the first entries from the table of what is not indexed, ordered by number.
func (t table[T, R]) takeUnindexed(ctx context.Context, tx bun.Tx, s *Store) ([]gramChange, error) {
	var seqs []int64
	err := tx.NewRaw("SELECT seq FROM ? WHERE book = ? ORDER BY seq LIMIT ? ?",
		bun.Ident(t.unindexed), s.book, posting.PerBlock, s.dialect.forUpdate()).Scan(ctx, &seqs)
	if err != nil {
		return nil, err
	}
	changes := make([]gramChange, 0, len(seqs))
	for part := range slices.Chunk(seqs, perQuery) {
		var rows []gramChange
		err := tx.NewRaw("SELECT u.seq, u.document AS was, coalesce(d.document, '') AS now FROM ? u "+
			"LEFT JOIN ? d ON d.seq = u.seq AND d.book = u.book WHERE u.book = ? AND u.seq IN (?) ORDER BY u.seq",
			bun.Ident(t.unindexed), bun.Ident(t.documents), s.book, bun.List(part)).Scan(ctx, &rows)
		if err != nil {
			return nil, err
		}
		changes = append(changes, rows...)
		_, err = tx.NewRaw("DELETE FROM ? WHERE book = ? AND seq IN (?)",
			bun.Ident(t.unindexed), s.book, bun.List(part)).Exec(ctx)
		if err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// A gramRow is a row of the table contact_grams.
type gramRow struct {
	Book  int64      `bun:"book"`
	Gram  string     `bun:"gram"`
	Block int64      `bun:"block"`
	Rank  int64      `bun:"rank"`
	Seqs  sqldb.Blob `bun:"seqs"`
}

// byRank holds positions in a block, by the ranks of their documents.
type byRank [search.Elsewhere + 1][]int

// A gramDelta is what changes in a block for a gram: what is removed and what is added, by rank.
type gramDelta struct {
	met       int // the last document seen with the gram
	gone, now byRank
}

// indexBlock brings a block up to date.
func (t table[T, R]) indexBlock(ctx context.Context, tx bun.Tx, s *Store, number int64, changes []gramChange) error {
	deltas := make(map[search.Gram]*gramDelta)
	met := 0
	note := func(seq int64, d search.Document, list func(*gramDelta) *byRank) {
		met++
		_, at := posting.Place(seq)
		d.Grams(func(gram search.Gram, rank search.Rank) {
			delta := deltas[gram]
			if delta == nil {
				delta = new(gramDelta)
				deltas[gram] = delta
			}
			if delta.met != met {
				delta.met = met
				places := list(delta)
				places[rank] = append(places[rank], at)
			}
		})
	}
	for _, c := range changes {
		note(c.Seq, c.Was, func(d *gramDelta) *byRank { return &d.gone })
		note(c.Seq, c.Now, func(d *gramDelta) *byRank { return &d.now })
	}
	grams := make([]search.Gram, 0, len(deltas))
	for gram := range deltas {
		grams = append(grams, gram)
	}
	slices.Sort(grams)
	for part := range slices.Chunk(grams, perQuery) {
		if err := t.putGrams(ctx, tx, s, number, part, deltas); err != nil {
			return err
		}
	}
	return nil
}

// putGrams writes the sets of some grams of a block.
func (t table[T, R]) putGrams(
	ctx context.Context, tx bun.Tx, s *Store, number int64, grams []search.Gram, deltas map[search.Gram]*gramDelta,
) error {
	texts := make([]string, len(grams))
	for i, gram := range grams {
		texts[i] = gram.String()
	}
	type place struct {
		gram string
		rank int64
	}
	var stored []gramRow
	err := tx.NewRaw("SELECT gram, rank, seqs FROM ? WHERE book = ? AND block = ? AND gram IN (?)",
		bun.Ident(t.grams), s.book, number, bun.List(texts)).Scan(ctx, &stored)
	if err != nil {
		return err
	}
	packed := make(map[place][]byte, len(stored))
	for _, row := range stored {
		packed[place{row.Gram, row.Rank}] = row.Seqs.Data
	}
	var p sqldb.Parameters
	var rows []gramRow
	for i, gram := range grams {
		delta := deltas[gram]
		for rank := range delta.now {
			if len(delta.now[rank])+len(delta.gone[rank]) == 0 {
				continue
			}
			var b posting.Block
			b.Unpack(packed[place{texts[i], int64(rank)}])
			for _, at := range delta.gone[rank] {
				b.Remove(at)
			}
			for _, at := range delta.now[rank] {
				b.Add(at)
			}
			rows = append(rows, gramRow{s.book, texts[i], number, int64(rank), sqldb.Blob{Data: b.Pack(), In: &p}})
		}
	}
	statement := tx.NewInsert().Model(&rows).ModelTableExpr("? AS g", bun.Ident(t.grams)).
		On("CONFLICT (book, gram, block, rank) DO UPDATE").Set("seqs = excluded.seqs")
	return s.db.ExecWith(ctx, tx, statement, &p)
}
