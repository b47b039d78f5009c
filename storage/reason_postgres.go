package storage

import "strings"

// A serverProblem is what the user reads about errors of PostgreSQL whose code begins with prefix. An empty problem
// stands for the server's own words, used where they say what the user must know and contain no user name.
type serverProblem struct{ prefix, problem, hint string }

// serverReason says what a PostgreSQL server complained about: the longest matching prefix of its code decides. Its
// codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
func serverReason(code, message string) (problem, hint string) {
	if strings.Contains(message, "unsupported startup parameter") {
		return "the pooler in front of the server refuses a parameter of the address",
			"set it for the role instead (ALTER ROLE NAME SET …), or allow it in the pooler's settings"
	}
	best := serverProblem{"", "", "see the server's log"}
	for _, p := range serverProblems() {
		if strings.HasPrefix(code, p.prefix) && len(p.prefix) > len(best.prefix) {
			best = p
		}
	}
	if best.problem == "" {
		best.problem, _, _ = strings.Cut(message, "\n")
	}
	return best.problem, best.hint
}

// serverProblems are the classes of errors, and the single codes that a user can meet.
func serverProblems() []serverProblem {
	const again = "try again"
	return []serverProblem{
		{"08", "the connection to the server was lost", "is the server running, and can it be reached?"},
		{"0A", "", "is it a supported version of PostgreSQL, with the required extensions?"},
		{"21", "", "read it again and repeat the change"},
		{"22", "", "check the value"},
		{"22003", "", "the number is too large"},
		{"22021", "the text contains a character that the database cannot store", "remove the NUL character (code 0)"},
		{"22P05", "the text contains a character that the database cannot store", "use a database whose encoding is UTF-8"},
		{"23", "the change breaks a rule of the tables", "read it again and repeat the change"},
		{"23505", "another one has that key already", "read it again and repeat the change"},
		{"25", "", again},
		{
			"25006", "the database is read-only: the server is a standby, or it or the user is set to read-only",
			"connect to a server that can be written, as a user who may write",
		},
		{"25P03", "the server ended a transaction that took too long", again},
		{
			"26", "the server has lost what was prepared on the connection",
			"a pooler in front of it must keep one session for a transaction",
		},
		{"28", "the server does not let this user in", "check the user name, the password and the server's pg_hba.conf"},
		{"28P01", "the server does not accept the password", "check the user name and the password"},
		{"38", "", "a function or trigger of the database failed; see the server's log"},
		{"39", "", "a function or trigger of the database failed; see the server's log"},
		{"P0", "", "a function or trigger of the database refused it"},
		{"3D000", "", "create it with createdb, or check its name"},
		{
			"3F000", "the schema of the search_path does not exist, or this user may not use it",
			"create it (CREATE SCHEMA NAME), or check search_path in the address",
		},
		{"40", "somebody else changed the same thing at the same time", again},
		{"42", "", "see the server's log"},
		{"42501", "", "the database's owner can grant the right (GRANT), or run the command"},
		{"42P01", "", "the database lacks tables that it should have: check its name and search_path"},
		{"42P07", "", "the database holds something else: give this program a database or a schema of its own"},
		{"42710", "", "the database holds something else: give this program a database or a schema of its own"},
		{"53", "the server lacks disk space, memory or connections", "see the server's log"},
		{"53100", "the server's disk is full", "free some space on the server's disk"},
		{"53200", "the server is out of memory", "see the server's log"},
		{
			"53300", "the server has no connection left",
			"stop other programs, or raise the server's max_connections or the user's connection limit",
		},
		{"54", "", "it is too large for the server"},
		{"55", "", again},
		{"55P03", "another session keeps the tables locked", again},
		{"57", "the server cancelled the operation", again},
		{
			"57014", "the server cancelled the operation, because it took longer than allowed or somebody asked for it",
			"try again, or raise statement_timeout of the user",
		},
		{"57P01", "the server is shutting down", "try again when the server is up"},
		{"57P02", "the server has crashed", "try again when the server is up"},
		{"57P03", "the server is starting up or shutting down", "try again when the server is up"},
		{"57P05", "the server ended a connection that was idle for long", again},
		{"58", "the server cannot read or write its files", "see the server's log"},
		{"F0", "the server's settings are wrong", "see the server's log"},
		{"XX", "the server has failed", "see the server's log"},
		{"XX001", "the database is damaged", "see the server's log, and restore a backup"},
		{"XX002", "an index of the database is damaged", "run REINDEX, and see the server's log"},
	}
}
