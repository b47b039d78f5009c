package command

import (
	"errors"
	"fmt"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
	"github.com/pythonweb/goweb/storage/sqldb"
)

// problems returns the table of exit codes. What to do about a message without an OK depends on the message: see
// report.Undelivered.
func problems() console.Problems {
	return console.Problems{
		console.As(func(e *lanchat.AddressError) console.Problem {
			return console.Problem{Code: console.Usage, Hint: e.Hint}
		}),
		console.As(func(*station.NameError) console.Problem {
			return console.Problem{Code: console.Usage, Hint: "use letters, digits, spaces and punctuation"}
		}),
		console.As(func(*mailbox.AmbiguousError) console.Problem {
			return console.Problem{
				Name: "ambiguous_name",
				Hint: "give the address; a peer that should not have the name: lanchat peers forget ADDRESS",
			}
		}),
		{
			Is: mailbox.ErrNotFound, Code: console.NotFound, Hint: "give HOST[:PORT] (the port is " + lanchat.DefaultPort +
				" unless that side chose another), or a name that lanchat peers shows",
		},
		{Is: mailbox.ErrTaken, Name: "taken", Hint: "wait until it has ended: lanchat outbox"},
		{Is: datadir.ErrInUse, Name: "in_use", Hint: "stop it, or choose another directory with --data"},
		{Is: lanchat.ErrNotConfirmed, Hint: "nothing is remembered; there: lanchat pair, or the terminal where it listens"},
		console.As(func(*lanchat.ChangedKeyError) console.Problem {
			return console.Problem{
				Name: "changed_key", Hint: "if the peer really has a new key: lanchat peers forget PEER, then lanchat pair PEER",
			}
		}),
	}
}

// plainly explains an error of the database in plain words.
func plainly(err error) error {
	var known *console.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if text, hint := sqldb.Reason(err); text != "" {
		return &console.Error{Code: console.Failed, Hint: hint, Err: fmt.Errorf("%s", text)}
	}
	return err
}
