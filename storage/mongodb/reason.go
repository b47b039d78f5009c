package mongodb

import (
	"errors"
	"strings"

	"go.mongodb.org/mongo-driver/mongo"

	"github.com/pythonweb/goweb/storage/internal/network"
)

// Reason finds the error of a server or of the network in err and returns the text of err in plain words, and what a user
// can do about it. Both are empty when there is no such error in err.
func Reason(err error) (text, hint string) {
	if mongo.IsTimeout(err) {
		return firstLine(err), "is the server running, and can it be reached?"
	}
	var server mongo.ServerError
	if errors.As(err, &server) {
		return firstLine(err), serverHint(server)
	}
	// The driver's own error of a login is in no exported package.
	if before, _, found := strings.Cut(err.Error(), "connection() error occurred during connection handshake: auth error"); found {
		return before + "the server does not accept the user", "check the user name, the password and authSource"
	}
	return network.Reason(err)
}

// firstLine returns the first line of an error's text: the driver may add more.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// serverHint returns what to do about an error of the server.
// Its codes: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
func serverHint(err mongo.ServerError) string {
	const (
		unauthorized         = 13
		authenticationFailed = 18
		notWritablePrimary   = 10107
		objectTooLarge       = 10334
		outOfDiskSpace       = 14031
	)
	switch {
	case err.HasErrorCode(unauthorized):
		return "the user must have the right to read and write the database"
	case err.HasErrorCode(authenticationFailed):
		return "check the user name, the password and authSource"
	case err.HasErrorCode(notWritablePrimary):
		return "name all members of the replica set in the address"
	case err.HasErrorCode(objectTooLarge):
		return "MongoDB keeps 16 MiB at most in one document"
	case err.HasErrorCode(outOfDiskSpace):
		return "make room on the server's disk"
	}
	return "see the server's log"
}
