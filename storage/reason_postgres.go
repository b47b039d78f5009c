package storage

import "strings"

// A serverProblem is what a person reads about errors of PostgreSQL whose code begins with prefix. An empty problem
// stands for the server's own words, where they name what the person must know and nobody's user name.
type serverProblem struct{ prefix, problem, hint string }

// serverReason says what a PostgreSQL server has complained of: the longest prefix of its code decides.
// Its codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
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

// serverProblems are the classes of errors, and the codes of them that a person can meet.
func serverProblems() []serverProblem {
	const again = "try again"
	return []serverProblem{
		{"08", "the connection to the server was lost", "is the server running, and can it be reached?"},
		{"0A", "", "is it a PostgreSQL of a supported version, with the extensions that are needed?"},
		{"21", "", "read it again and repeat the change"},
		{"22", "", "check the value"},
		{"22003", "", "the number is too large"},
		{"22021", "the text holds a character that the database cannot keep", "leave out the character with code zero"},
		{"22P05", "the text holds a character that the database cannot keep", "use a database whose encoding is UTF-8"},
		{"23", "the change breaks a rule of the tables", "read it again and repeat the change"},
		{"23505", "there is one of that key already", "read it again and repeat the change"},
		{"25", "", again},
		{
			"25006", "the database cannot be written: the server is a standby, or it or the user is set to read-only",
			"connect to a server and as a user that may write",
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
			"make it (CREATE SCHEMA NAME), or check search_path in the address",
		},
		{"40", "somebody else changed the same at the same moment", again},
		{"42", "", "see the server's log"},
		{"42501", "", "the database's owner can give the right (GRANT), or run the command"},
		{"42P01", "", "the database has not the tables that it should have: check its name and search_path"},
		{"42P07", "", "the database holds something else: name one of its own, or a schema, for this program"},
		{"42710", "", "the database holds something else: name one of its own, or a schema, for this program"},
		{"53", "the server lacks room, memory or connections", "see the server's log"},
		{"53100", "the server's disk is full", "make room on the server's disk"},
		{"53200", "the server is out of memory", "see the server's log"},
		{
			"53300", "the server has no connection left",
			"end other programs, or raise max_connections of the server or of the user",
		},
		{"54", "", "it is too large for the server"},
		{"55", "", again},
		{"55P03", "somebody else keeps the tables locked", again},
		{"57", "the server broke the work off", again},
		{
			"57014", "the server broke the work off, since it took longer than allowed or somebody asked it to",
			"try again, or raise statement_timeout of the user",
		},
		{"57P01", "the server is going down", "try again when the server is up"},
		{"57P02", "the server has crashed", "try again when the server is up"},
		{"57P03", "the server is starting up or going down", "try again when the server is up"},
		{"57P05", "the server ended a connection that was idle for long", again},
		{"58", "the server cannot read or write its files", "see the server's log"},
		{"F0", "the server's settings are wrong", "see the server's log"},
		{"XX", "the server has failed", "see the server's log"},
		{"XX001", "the database is damaged", "see the server's log, and go back to a backup"},
		{"XX002", "an index of the database is damaged", "run REINDEX, and see the server's log"},
	}
}
