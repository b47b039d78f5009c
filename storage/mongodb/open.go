// Package mongodb opens MongoDB databases, keeps their indexes as a program declares them, and brings documents from
// one shape to the next. It is separate from package storage, which is for SQL databases, so that a program without
// MongoDB does not link its driver.
package mongodb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"github.com/pythonweb/goweb/storage/internal/secret"
)

// How long Open and later operations wait where the URL does not say it (serverSelectionTimeoutMS, connectTimeoutMS,
// timeoutMS).
const (
	openTimeout      = 2 * time.Second  // a missing server is reported soon
	selectionTimeout = 10 * time.Second // an election takes that long
	connectTimeout   = 5 * time.Second
	operationTimeout = 30 * time.Second
)

// ErrNoDatabase says that a URL names no database.
var ErrNoDatabase = errors.New("the address names no database (want mongodb://HOST/DATABASE)")

// Open connects to the server at address, a URL such as mongodb://user:password@host/database or one of mongodb+srv,
// and returns the database that its path names. The server must answer. Writes are confirmed by a majority of a
// replica set unless the URL says otherwise. No error holds the password, however the URL is spelt. Close the
// database with Close.
func Open(ctx context.Context, address string) (*mongo.Database, error) {
	scheme, rest, _ := strings.Cut(address, ":")
	if scheme = strings.ToLower(scheme); scheme != "mongodb" && scheme != "mongodb+srv" {
		return nil, errors.New("open MongoDB: the address does not begin with mongodb:// or mongodb+srv://")
	}
	a, err := secret.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("open MongoDB: %w", err)
	}
	if a.Path == "" {
		return nil, fmt.Errorf("open MongoDB at %s: %w", a.Hosts, ErrNoDatabase)
	}
	defaults := options.Client().
		SetServerSelectionTimeout(selectionTimeout).
		SetConnectTimeout(connectTimeout).
		SetTimeout(operationTimeout).
		SetWriteConcern(writeconcern.Majority())
	client, err := mongo.Connect(ctx, defaults, options.Client().ApplyURI(scheme+":"+rest))
	if err != nil {
		return nil, fmt.Errorf("open MongoDB at %s: %w", a.Hosts, a.Hide(err))
	}
	if err := ping(ctx, client, a); err != nil {
		err = fmt.Errorf("connect to MongoDB at %s: %w", a.Hosts, a.Hide(connectReason(err)))
		return nil, errors.Join(err, client.Disconnect(context.WithoutCancel(ctx)))
	}
	return client.Database(a.Path), nil
}

// ping asks the server to answer. It takes longer than openTimeout only if the address says how long that may take, or
// names several members of a replica set, which may just be electing a primary.
func ping(ctx context.Context, client *mongo.Client, a *secret.Address) error {
	if !a.Has("serverSelectionTimeoutMS") && !a.Has("timeoutMS") && !a.Has("connectTimeoutMS") && !a.Has("replicaSet") &&
		!strings.Contains(a.Hosts, ",") {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, openTimeout)
		defer cancel()
	}
	return client.Ping(ctx, nil)
}

// connectReason returns why no server could be reached, without the driver's description of all of them.
func connectReason(err error) error {
	var selection topology.ServerSelectionError
	if errors.As(err, &selection) {
		for _, server := range selection.Desc.Servers {
			if server.LastError != nil {
				return server.LastError
			}
		}
	}
	return err
}

// Close closes the connections of a database that Open has returned.
func Close(ctx context.Context, db *mongo.Database) error { return db.Client().Disconnect(ctx) }
