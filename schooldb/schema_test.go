package schooldb

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pythonweb/goweb/schooldb/internal/statement"
)

// The diagram in SCHEMA.md is what the migrations make.
func testSchemaDiagram(t *testing.T, fresh func(testing.TB) *School) {
	text, err := os.ReadFile("SCHEMA.md")
	if err != nil {
		t.Fatal(err)
	}
	want := diagram(string(text))
	if diff := cmp.Diff(want, schema(t, fresh(t))); diff != "" {
		t.Errorf("(-SCHEMA.md +database):\n%s", diff)
	}
}

// diagram returns "table.column type", with PK, and "table.column -> table" for every reference, sorted. An entity's
// reference is named after the entity it points to.
func diagram(text string) []string {
	_, text, _ = strings.Cut(text, "```mermaid\nerDiagram\n")
	text, _, _ = strings.Cut(text, "```")
	var lines []string
	entities := regexp.MustCompile(`(?m)^    (\w+) \{\n((?:        .*\n)*)    \}`)
	for _, entity := range entities.FindAllStringSubmatch(text, -1) {
		for _, column := range strings.Split(strings.TrimSpace(entity[2]), "\n") {
			words := append(strings.Fields(column), "")
			line := fmt.Sprintf("%s.%s %s", entity[1], words[1], words[0])
			if words[2] == "PK" {
				line += " PK"
			}
			lines = append(lines, line)
		}
	}
	for _, arrow := range regexp.MustCompile(`(?m)^    (\w+) (\|[|o])--o\{ (\w+) :`).FindAllStringSubmatch(text, -1) {
		maybe := map[string]string{"||": "", "|o": " or none"}[arrow[2]]
		lines = append(lines, fmt.Sprintf("%s.%s_id -> %s%s", arrow[3], strings.TrimSuffix(arrow[1], "s"), arrow[1], maybe))
	}
	slices.Sort(lines)
	return lines
}

// schema returns the same of a database.
func schema(t *testing.T, s *School) []string {
	query := map[statement.Dialect]string{
		statement.SQLite: `
			SELECT m.name || '.' || c.name
				|| CASE c.type WHEN 'TEXT' THEN CASE c.name WHEN 'received_on' THEN ' day' ELSE ' text' END ELSE ' int' END
				|| CASE WHEN c.pk > 0 THEN ' PK' ELSE '' END
			FROM sqlite_schema AS m JOIN pragma_table_xinfo(m.name) AS c
			WHERE m.type = 'table' AND m.name NOT IN ('replaced_grade') AND m.name NOT LIKE '%migration%'
			UNION ALL
			SELECT m.name || '.' || f."from" || ' -> ' || f."table" || CASE WHEN c."notnull" THEN '' ELSE ' or none' END
			FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS f
			JOIN pragma_table_xinfo(m.name) AS c ON c.name = f."from"`,
		statement.Postgres: `
			SELECT c.table_name || '.' || c.column_name
				|| CASE c.data_type WHEN 'text' THEN ' text' WHEN 'date' THEN ' day' ELSE ' int' END
				|| CASE WHEN EXISTS (
					SELECT 1 FROM information_schema.key_column_usage AS k
					JOIN information_schema.table_constraints AS t USING (constraint_name, table_name)
					WHERE k.table_name = c.table_name AND k.column_name = c.column_name AND t.constraint_type = 'PRIMARY KEY'
				) THEN ' PK' ELSE '' END
			FROM information_schema.columns AS c
			WHERE c.table_schema = current_schema() AND c.table_name NOT LIKE '%migration%'
			UNION ALL
			SELECT o.conrelid::regclass || '.' || a.attname || ' -> ' || o.confrelid::regclass
				|| CASE WHEN a.attnotnull THEN '' ELSE ' or none' END
			FROM pg_constraint AS o JOIN pg_attribute AS a ON a.attrelid = o.conrelid AND a.attnum = o.conkey[1]
			WHERE o.contype = 'f'`,
	}[s.dialect]
	rows, err := s.db.DB.DB.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}
