// Package bulk sets aside what a database holds only because of other tables while many grades come in, and makes it
// anew afterwards: the triggers, indexes and sums of SQLite, the references and indexes of PostgreSQL.
package bulk
