package storagetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// Mongo starts a server that speaks MongoDB's protocol: FerretDB over SQLite files, built from the module in the
// directory ferretdb the first time. It is not MongoDB: see NeedConditionalWrites.
func Mongo(t testing.TB) *Server {
	t.Helper()
	if address := os.Getenv("TEST_MONGO_URL"); address != "" {
		return &Server{kind: "MongoDB", URL: address}
	}
	program, err := buildFerretDB()
	if err != nil {
		missing(t, "FerretDB cannot be built: %v", err)
	}
	port := freePort(t)
	s := &Server{
		kind: "FerretDB",
		URL:  fmt.Sprintf("mongodb://127.0.0.1:%d/", port),
		port: port,
		command: func(s *Server) *exec.Cmd {
			return exec.Command(program, fmt.Sprintf("127.0.0.1:%d", s.port), s.dir)
		},
		ready:    pingMongo,
		stopWith: syscall.SIGTERM,
		asRoot:   true,
	}
	s.start(t)
	return s
}

// MongoDatabase returns the URL of a new, empty database on a server that speaks MongoDB's protocol. It is dropped when
// the test ends.
func (s *Server) MongoDatabase(t testing.TB) string {
	t.Helper()
	address, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal("TEST_MONGO_URL is not a URL")
	}
	address.Path = "/" + databaseName()
	if s.dir == "" {
		t.Cleanup(func() {
			err := withMongo(context.Background(), s.URL, func(ctx context.Context, client *mongo.Client) error {
				return client.Database(strings.TrimPrefix(address.Path, "/")).Drop(ctx)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	return address.String()
}

// NeedConditionalWrites skips the test, and says so, on a server that loses conditional updates: of sixteen clients
// that change a document from one version to the next, exactly one may succeed. MongoDB keeps that promise, FerretDB
// does not. For a server at TEST_MONGO_URL the test is never skipped.
func (s *Server) NeedConditionalWrites(t testing.TB) {
	t.Helper()
	if s.dir == "" {
		return
	}
	const clients, rounds = 16, 20
	err := withMongo(context.Background(), s.URL, func(ctx context.Context, client *mongo.Client) error {
		collection := client.Database(databaseName()).Collection("probe")
		defer func() { _ = collection.Drop(ctx) }()
		if _, err := collection.InsertOne(ctx, bson.M{"_id": 1, "version": 0}); err != nil {
			return err
		}
		for round := range rounds {
			var wg sync.WaitGroup
			var won [clients]int64
			for i := range clients {
				wg.Go(func() {
					result, err := collection.UpdateOne(
						ctx,
						bson.M{"_id": 1, "version": round},
						bson.M{"$set": bson.M{"version": round + 1}},
					)
					if err == nil {
						won[i] = result.ModifiedCount
					}
				})
			}
			wg.Wait()
			winners := int64(0)
			for _, n := range won {
				winners += n
			}
			if winners != 1 {
				return fmt.Errorf("%d of %d conditional updates succeeded", winners, clients)
			}
		}
		return nil
	})
	if err != nil {
		t.Skipf("SKIPPED: %s does not keep a promise of MongoDB: %v (set TEST_MONGO_URL to run this test)", s.kind, err)
	}
}

func pingMongo(ctx context.Context, address string) error {
	return withMongo(ctx, address, func(ctx context.Context, client *mongo.Client) error { return client.Ping(ctx, nil) })
}

// withMongo calls do with a client, which it closes afterwards.
func withMongo(ctx context.Context, address string, do func(context.Context, *mongo.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(address))
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, client), client.Disconnect(context.WithoutCancel(ctx)))
}

// buildFerretDB builds the server, once for each version of its sources, and returns the path of the program.
func buildFerretDB() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	source := filepath.Join(filepath.Dir(here), "ferretdb")
	sum := sha256.New()
	for _, name := range []string{"main.go", "go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", err
		}
		sum.Write(text)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	directory := filepath.Join(cache, "goweb", "storagetest")
	program := filepath.Join(directory, fmt.Sprintf("ferretdb-%x", sum.Sum(nil)[:8]))
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return "", err
	}
	building := fmt.Sprintf("%s.%d", program, os.Getpid())
	build := exec.Command("go", "build", "-o", building, ".")
	build.Dir = source
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly -buildvcs=false")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, bytes.TrimSpace(output))
	}
	return program, os.Rename(building, program)
}
