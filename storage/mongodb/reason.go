package mongodb

import (
	"context"
	"errors"
	"strings"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"github.com/pythonweb/goweb/storage/internal/network"
)

// Reason finds the error of a server or of the network in err and returns the text of err in plain words, and what a
// user can do about it. Both are empty when there is no such error in err.
func Reason(err error) (text, hint string) {
	if err == nil || errors.Is(err, context.Canceled) {
		return "", ""
	}
	var server mongo.ServerError
	if errors.As(err, &server) {
		problem, hint := serverReason(server)
		return operation(err, server) + problem, hint
	}
	// The driver's own error of a login is in no exported package.
	const unauthenticated = "connection() error occurred during connection handshake: auth error"
	if before, _, found := strings.Cut(err.Error(), unauthenticated); found {
		return before + "the server does not accept the user", "check the user name, the password and authSource"
	}
	var selection topology.ServerSelectionError
	if errors.As(err, &selection) {
		before := network.Before(err, selection)
		for _, server := range selection.Desc.Servers {
			if text, hint := network.Reason(server.LastError); text != "" {
				return before + text, hint
			}
		}
		return before + "no server that may do this answers", "is the server running, and can it be reached?"
	}
	if text, hint = network.Reason(err); text != "" {
		return text, hint
	}
	if mongo.IsTimeout(err) {
		before, _, _ := strings.Cut(firstLine(err), context.DeadlineExceeded.Error())
		return plain(before) + "the server did not answer in time", "is the server running, and can it be reached?"
	}
	if mongo.IsNetworkError(err) || errors.Is(err, mongo.ErrClientDisconnected) {
		return "the connection to the server was lost", "is the server running, and can it be reached?"
	}
	return "", ""
}

// plain returns the text that a program has put before an error of the driver, without the driver's own words.
func plain(before string) string {
	if i := strings.IndexAny(before, "{("); i >= 0 {
		before = before[:i]
	}
	if i := strings.LastIndex(before, ": "); i >= 0 {
		return before[:i+2]
	}
	return ""
}

// operation returns what err says before the error of the server.
func operation(err error, server mongo.ServerError) string {
	if before, _, found := strings.Cut(err.Error(), server.Error()); found {
		return before
	}
	return ""
}

// firstLine returns the first line of an error's text: the driver may add more.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// A reason is what the user reads about an error of the server.
type reason struct {
	codes         []int
	problem, hint string
}

// reasons are the errors that a user can meet, by their codes:
// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
func reasons() []reason {
	return []reason{
		{[]int{13}, "the user lacks the right to do this", "the user must have the role readWrite on the database"},
		{[]int{11, 18, 31}, "the server does not accept the user", "check the user name, the password and authSource"},
		{
			[]int{189, 10107, 13435, 13436, 11600, 11602, 10058, 216},
			"the server is not the primary of its replica set, so nothing can be written there",
			"name all members of the replica set in the address, or try again after its election",
		},
		{[]int{10334, 17280, 17420}, "the value is too large", "MongoDB documents are limited to 16 MiB"},
		{[]int{14031}, "the server's disk is full", "free some space on the server's disk"},
		{[]int{50, 202, 262, 24}, "the server did not answer in time", "try again when it is less busy"},
		{[]int{6, 7, 89, 91, 9001}, "the server is shutting down or lacks its peers", "try again when the server is up"},
		{
			[]int{64, 75, 79, 100},
			"not enough members of the replica set confirmed it",
			"are a majority of its members running?",
		},
		{[]int{11000, 11001, 12582}, "another one has that key already", "read it again and repeat the change"},
		{[]int{112, 225, 251}, "somebody else changed the same thing at the same time", "try again"},
		{[]int{121}, "the server's rules for the collection refuse it", "see the collection's validator"},
		{[]int{59, 115, 238, 303, 323}, "the server does not know this command", "is it a MongoDB of a supported version?"},
		{[]int{67, 85, 86}, "a required index cannot be created", "drop the index of that name; it will be made again"},
		{[]int{73, 166}, "the name of the database or collection is not valid", "name another database in the address"},
		{[]int{140, 141}, "the server's TLS does not work", "check its certificate, and tlsCAFile in the address"},
		{
			[]int{8000, 462},
			"the server refuses the login or the request",
			"check the user, the password and the service plan",
		},
	}
}

// serverReason says what a server complained about.
func serverReason(err mongo.ServerError) (problem, hint string) {
	for _, r := range reasons() {
		for _, code := range r.codes {
			if err.HasErrorCode(code) {
				return r.problem, r.hint
			}
		}
	}
	var command mongo.CommandError
	if mongo.IsNetworkError(err) {
		return "the connection to the server was lost", "is the server running, and can it be reached?"
	}
	if errors.As(err, &command) && command.Message != "" {
		line, _, _ := strings.Cut(command.Message, "\n")
		return line, "see the server's log"
	}
	return "the server refused it", "see the server's log"
}
