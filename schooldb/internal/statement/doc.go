// Package statement is the SQL of the twelve questions, of the lists and of the tables of sums, for SQLite and
// PostgreSQL.
package statement
