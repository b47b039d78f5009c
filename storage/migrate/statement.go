package migrate

import "strings"

// transactionWord returns the first statement of sql that begins or ends a transaction, and its line; "" when there is
// none. It knows comments, quotes, PostgreSQL's dollar quotes, and that a CREATE statement (a trigger, a function) can
// hold BEGIN … END.
func transactionWord(sql string) (word string, line int) {
	first, depth := "", 0 // of the statement: its first word, and the BEGIN and CASE that are open
	for i := 0; i < len(sql); {
		rest := sql[i:]
		if n := skip(rest); n > 0 {
			i += n
			continue
		}
		if rest[0] == ';' {
			if depth == 0 {
				first = ""
			}
			i++
			continue
		}
		n := wordLength(rest)
		if n == 0 {
			i++
			continue
		}
		w := rest[:n]
		i += n
		if first == "" {
			first = strings.ToUpper(w)
			switch first {
			case "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE":
				return first, 1 + strings.Count(sql[:i], "\n")
			}
			continue
		}
		if first == "CREATE" {
			switch {
			case strings.EqualFold(w, "BEGIN"), strings.EqualFold(w, "CASE"):
				depth++
			case strings.EqualFold(w, "END"):
				depth = max(0, depth-1)
			}
		}
	}
	return "", 0
}

// skip returns the length of the comment or quoted text at the start of s, 0 when there is none.
func skip(s string) int {
	switch {
	case strings.HasPrefix(s, "--"):
		return until(s, 2, "\n")
	case strings.HasPrefix(s, "/*"):
		return until(s, 2, "*/")
	case s[0] == '[': // SQLite's second way to quote a name, PostgreSQL's subscript
		return until(s, 1, "]")
	case s[0] == '\'', s[0] == '"', s[0] == '`':
		return until(s, 1, s[:1]) // a doubled quote is two quoted texts side by side
	case s[0] == '$':
		tag := 1 + wordLength(s[1:])
		if tag < len(s) && s[tag] == '$' {
			return until(s, tag+1, s[:tag+1])
		}
	}
	return 0
}

// until returns the length of s up to and including the first end after position from; all of s if there is none.
func until(s string, from int, end string) int {
	if n := strings.Index(s[from:], end); n >= 0 {
		return from + n + len(end)
	}
	return len(s)
}

// wordLength returns the length of the word at the start of s.
func wordLength(s string) int {
	n := 0
	for n < len(s) && (s[n] == '_' || s[n] >= 0x80 || s[n] >= '0' && s[n] <= '9' || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z') {
		n++
	}
	return n
}
