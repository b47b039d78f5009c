package migrate

import "testing"

func TestTransactionWord(t *testing.T) {
	for _, test := range []struct {
		sql  string
		word string
		line int
	}{
		{"", "", 0},
		{"SELECT 1", "", 0},
		{"COMMIT", "COMMIT", 1},
		{";;\n\n rollback;", "ROLLBACK", 3},
		{"-- COMMIT;\n/* ; COMMIT; */ SELECT 'it''s; COMMIT;', \"; COMMIT;\", `; COMMIT`, [; COMMIT]", "", 0},
		{
			"CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN y THEN 1 ELSE 2 END; DELETE FROM b; END;",
			"", 0,
		},
		{"CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END; END;", "END", 1},
		{"CREATE FUNCTION f() RETURNS int AS $$ BEGIN; COMMIT; END $$ LANGUAGE plpgsql;", "", 0},
		{"DO $body$ BEGIN\n; COMMIT; $$ ; END; $$ $body$;\nSAVEPOINT x", "SAVEPOINT", 3},
		{"SELECT $1; 'unclosed; COMMIT", "", 0},
		{"SELECT committed FROM begin_log; commitment", "", 0},
	} {
		if word, line := transactionWord(test.sql); word != test.word || line != test.line {
			t.Errorf("%q: %q in line %d, want %q in line %d", test.sql, word, line, test.word, test.line)
		}
	}
}
