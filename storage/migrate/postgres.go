package migrate

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/pythonweb/goweb/storage/sqldb"
)

// postgres is a PostgreSQL database.
type postgres struct {
	db         *sqldb.DB
	extensions []string
}

// columns looks in the schema where new tables are created, and nowhere else: another program's tables may be in the
// next schema of the search path. But if the path names the user's own schema, as it does by default, that schema may
// have been created after the tables, and so the first visible table counts.
func (p postgres) columns(ctx context.Context, db bun.IDB, table string) ([]string, error) {
	var columns []string
	err := db.NewRaw(`SELECT attname FROM pg_attribute
		WHERE attnum > 0 AND NOT attisdropped AND attrelid = to_regclass(
			CASE WHEN current_setting('search_path') LIKE '%"$user"%' THEN '' ELSE quote_ident(current_schema()) || '.' END
				|| quote_ident(?))`,
		table).Scan(ctx, &columns)
	return columns, err
}

// advisoryLock is the number under which migrators exclude each other. The server frees it with the transaction.
const advisoryLock = 0x676f776562 // "goweb"

func (p postgres) transaction(ctx context.Context, reached func(step), do func(transaction) error) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", advisoryLock)
	for _, extension := range p.extensions {
		if err == nil {
			err = makeVisible(ctx, tx, extension)
		}
	}
	if err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	nothing := func(context.Context, bun.Tx) error { return nil } // PostgreSQL enforces everything itself
	return begun(transaction{tx, nothing, p.db.Position}, reached, do)
}

// makeVisible adds the schema of an extension to the end of the transaction's search path, so that files can name what
// is in it, wherever its owner has put it. A missing extension is created, in the schema public if there is one: an
// extension belongs to the whole database, and must not disappear with the first program's schema.
func makeVisible(ctx context.Context, tx bun.Tx, extension string) error {
	schema, err := schemaOf(ctx, tx, extension)
	if err != nil {
		return err
	}
	if schema == "" {
		if schema, err = createExtension(ctx, tx, extension); err != nil {
			return err
		}
	}
	var usable bool
	if err := tx.NewRaw("SELECT has_schema_privilege(?, 'USAGE')", schema).Scan(ctx, &usable); err != nil {
		return err
	}
	if !usable {
		return fmt.Errorf("the extension %s is in the schema %s, which this user may not use "+
			"(have the database's owner run: GRANT USAGE ON SCHEMA %s TO the user)", extension, schema, schema)
	}
	_, err = tx.ExecContext(
		ctx,
		`SELECT set_config('search_path', current_setting('search_path') || ', ' || quote_ident(?0), true)
		WHERE ?0 <> ALL (current_schemas(true))`,
		schema,
	)
	return err
}

// schemaOf returns the schema of an extension; empty when the database does not have it.
func schemaOf(ctx context.Context, tx bun.Tx, extension string) (string, error) {
	var schemas []string
	err := tx.NewRaw("SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "+
		"WHERE e.extname = ?",
		extension).Scan(ctx, &schemas)
	if err != nil || len(schemas) == 0 {
		return "", err
	}
	return schemas[0], nil
}

// createExtension creates an extension and returns its schema.
func createExtension(ctx context.Context, tx bun.Tx, extension string) (string, error) {
	var schema string
	err := tx.NewRaw(`SELECT coalesce((SELECT nspname FROM pg_namespace
		WHERE nspname = 'public' AND has_schema_privilege(oid, 'USAGE')), current_schema())`).Scan(ctx, &schema)
	if err != nil {
		return "", err
	}
	_, err = tx.ExecContext(ctx, "CREATE EXTENSION ? SCHEMA ?", bun.Ident(extension), bun.Ident(schema))
	var refused interface {
		error
		SQLState() string
	}
	if !errors.As(err, &refused) {
		return schema, err
	}
	const notAllowed, notInstalled, noFile = "42501", "0A000", "58P01"
	switch refused.SQLState() {
	case notAllowed:
		return "", fmt.Errorf("the database lacks the extension %s, and this user may not create it "+
			"(have the database's owner run: CREATE EXTENSION %s SCHEMA %s)", extension, extension, schema)
	case notInstalled, noFile:
		return "", fmt.Errorf(
			"the server does not have the extension %s (install it there; on Debian it is in the package postgresql-contrib)",
			extension,
		)
	}
	return "", err
}
