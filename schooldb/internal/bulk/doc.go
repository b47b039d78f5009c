// Package bulk drops what a database holds only because of other tables while many grades come in, and recreates it
// afterwards: the triggers, indexes and sums of SQLite, the foreign keys and indexes of PostgreSQL.
package bulk
