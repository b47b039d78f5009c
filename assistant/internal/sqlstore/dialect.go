package sqlstore

import (
	"cmp"
	"database/sql"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/assistant/search"
)

// A dialect finds the documents that may match a query.
type dialect interface {
	// candidates adds to a query of the table documents (alias d) the condition that they contain the words. The condition
	// may let documents through that do not, but must not exclude any that do. trigrams is the index of the table.
	candidates(q *bun.SelectQuery, trigrams string, words []search.Word) *bun.SelectQuery

	// oneMoment is the isolation level of a transaction whose queries all see the same snapshot.
	oneMoment() sql.IsolationLevel

	// forUpdate ends a query that locks its rows until the transaction ends, and skips those that others have locked.
	forUpdate() bun.Safe

	// takesMany reports whether many new values are written by putMany.
	takesMany() bool

	// text is the text under a key of a column's JSON, or "" if there is none.
	text(column, key string) bun.Safe
}

// sqliteDialect uses an FTS5 table of trigrams, and instr for words that are too short for one.
type sqliteDialect struct{}

func (sqliteDialect) text(column, key string) bun.Safe {
	return bun.Safe("coalesce(json_extract(" + column + ", '$." + key + "'), '')")
}

func (sqliteDialect) takesMany() bool { return true }

// oneMoment has to ask for nothing: a transaction sees a SQLite file as it was at its first query.
func (sqliteDialect) oneMoment() sql.IsolationLevel { return sql.LevelDefault }

// forUpdate is empty: nobody else writes to a SQLite file at the same time.
func (sqliteDialect) forUpdate() bun.Safe { return "" }

func (sqliteDialect) candidates(q *bun.SelectQuery, trigrams string, words []search.Word) *bun.SelectQuery {
	var indexed []string
	for _, word := range words {
		if match, ok := matchTrigrams(word); ok {
			indexed = append(indexed, match)
			continue
		}
		q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			for _, text := range word {
				q = q.WhereOr("instr(d.document, ?) > 0", text)
			}
			return q
		})
	}
	if len(indexed) > 0 {
		q = q.Where("d.seq IN (SELECT rowid FROM ?0 WHERE ?0 MATCH ?1)", bun.Ident(trigrams), strings.Join(indexed, " AND "))
	}
	return q
}

// matchTrigrams returns an FTS5 expression that is true for documents that may contain the word: those with trigrams
// that cover one of its alternatives. It reports false if an alternative is too short.
func matchTrigrams(word search.Word) (string, bool) {
	var alternatives []string
	for _, text := range word {
		grams := selective(search.CoveringTrigrams(text))
		if len(grams) == 0 {
			return "", false
		}
		for i, gram := range grams {
			grams[i] = `"` + strings.ReplaceAll(gram, `"`, `""`) + `"`
		}
		alternatives = append(alternatives, "("+strings.Join(grams, " AND ")+")")
	}
	return "(" + strings.Join(alternatives, " OR ") + ")", true
}

// selective chooses at most three trigrams, or two for a short word: reading every further list costs FTS5 more than it
// saves in documents to verify. Those with a digit or a sign come first, as they are rarer than those of letters; the
// others are taken from the whole word except its end, where words are alike.
func selective(trigrams []string) []string {
	n := len(trigrams)
	if n <= 2 {
		return trigrams
	}
	slices.SortStableFunc(trigrams, func(a, b string) int { return cmp.Compare(lettersOnly(a), lettersOnly(b)) })
	if n == 3 {
		return trigrams[:2]
	}
	return []string{trigrams[0], trigrams[n/3], trigrams[2*n/3]}
}

// lettersOnly returns 1 if s has only letters, and 0 otherwise.
func lettersOnly(s string) int {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return 0
	}
	return 1
}

// postgresDialect uses LIKE, for which pg_trgm has a GIN index.
type postgresDialect struct{}

func (postgresDialect) text(column, key string) bun.Safe {
	return bun.Safe("coalesce(" + column + "::json ->> '" + key + "', '')")
}

// takesMany is false: the triggers of PostgreSQL run once for each statement.
func (postgresDialect) takesMany() bool { return false }

func (postgresDialect) oneMoment() sql.IsolationLevel { return sql.LevelRepeatableRead }

func (postgresDialect) forUpdate() bun.Safe { return "FOR UPDATE SKIP LOCKED" }

func (postgresDialect) candidates(q *bun.SelectQuery, _ string, words []search.Word) *bun.SelectQuery {
	for _, word := range words {
		q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			for _, text := range word {
				if utf8.RuneCountInString(text) < 3 {
					q = q.WhereOr("strpos(d.document, ?) > 0", text)
					continue
				}
				q = q.WhereOr("d.document LIKE ? ESCAPE '!'", "%"+likeEscaper.Replace(text)+"%")
			}
			return q
		})
	}
	return q
}

var likeEscaper = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")
