package mongodb_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"github.com/pythonweb/goweb/storage/mongodb"
)

// A server that accepts and says nothing is given up in seconds, in plain words.
func TestSilentServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	// The driver's own limit is 30 seconds.
	ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
	defer cancel()
	_, err = mongodb.Open(ctx, "mongodb://u:HUNTER2@"+listener.Addr().String()+"/x")
	if ctx.Err() != nil {
		t.Error("it was waited for until the caller gave up")
	}
	text, hint := mongodb.Reason(err)
	if text == "" || hint == "" || strings.ContainsAny(text, "{}\n") || strings.Contains(text, "HUNTER2") ||
		strings.Contains(text, "deadline") {
		t.Errorf("%v: %q (%q)", err, text, hint)
	}
}

// Every error of a server is plain words with something to do, without numbers, names of types or of users.
func TestReasonOfEveryCode(t *testing.T) {
	for code := range int32(20000) {
		err := fmt.Errorf("save note: %w", mongo.CommandError{Code: code, Name: "SomeName", Message: "said by the server"})
		text, hint := mongodb.Reason(err)
		if !strings.HasPrefix(text, "save note: ") || len(text) < len("save note: ")+10 || hint == "" ||
			strings.ContainsAny(text, "{}0123456789(") ||
			strings.Contains(text, "SomeName") || strings.Contains(text, "Error") {
			t.Fatalf("%d: %q (%q)", code, text, hint)
		}
	}
	for _, err := range []error{
		mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: 10334, Message: "x"}}},
		mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{{WriteError: mongo.WriteError{Code: 13, Message: "x"}}}},
		mongo.CommandError{
			Labels: []string{"NetworkError"}, Message: "connection(127.0.0.1:1[-3]) socket was unexpectedly closed: EOF",
		},
		topology.ServerSelectionError{Wrapped: topology.ErrServerSelectionTimeout},
		context.DeadlineExceeded, mongo.ErrClientDisconnected,
	} {
		text, hint := mongodb.Reason(fmt.Errorf("save note: %w", err))
		if text == "" || hint == "" || strings.ContainsAny(text, "{}0123456789[(") || strings.Contains(text, "exception") {
			t.Errorf("%v: %q (%q)", err, text, hint)
		}
	}
	for _, err := range []error{nil, errors.New("other"), context.Canceled, mongo.ErrNoDocuments} {
		if text, hint := mongodb.Reason(err); text != "" || hint != "" {
			t.Errorf("%v: %q (%q)", err, text, hint)
		}
	}
}
