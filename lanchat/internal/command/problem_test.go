package command

import (
	"testing"

	"github.com/pythonweb/goweb/console"
	"github.com/pythonweb/goweb/console/consoletest"
	"github.com/pythonweb/goweb/lanchat"
	"github.com/pythonweb/goweb/lanchat/internal/datadir"
	"github.com/pythonweb/goweb/lanchat/internal/mailbox"
	"github.com/pythonweb/goweb/lanchat/internal/station"
)

func TestProblems(t *testing.T) {
	consoletest.Problems(t, problems(),
		[]string{"../..", "../courier", "../datadir", "../mailbox", "../source", "../station", "../screen"},
		[]string{
			// Of a message that has no OK: Undelivered says what became of it.
			"lanchat.SendError", "lanchat.NameError", "lanchat.RefusedError", "lanchat.ErrNoAnswer", "lanchat.ErrFrame",
			"courier.ErrPinned", "courier.ErrUnknown", "courier.ErrOther", "courier.ErrUnpaired", "courier.ErrChanged",
			// Of a file that cannot be sent: report.NoFile says why.
			"source.ErrSpecial",
			// Of the chat, which ends with 130.
			"screen.ErrInterrupted",
		},
		[]consoletest.Outcome{
			{
				Name: "lanchat.AddressError", Err: &lanchat.AddressError{Hint: "say through which"}, Code: console.Usage,
				Hint: "say through which",
			},
			{
				Name: "lanchat.ChangedKeyError", Err: &lanchat.ChangedKeyError{}, Code: console.Failed, JSON: "changed_key",
				Hint: "lanchat peers forget",
			},
			{Name: "lanchat.ErrNotConfirmed", Err: lanchat.ErrNotConfirmed, Code: console.Failed, Hint: "nothing is remembered"},
			{Name: "station.NameError", Err: &station.NameError{}, Code: console.Usage, Hint: "letters"},
			{Name: "datadir.ErrInUse", Err: datadir.ErrInUse, Code: console.Failed, JSON: "in_use", Hint: "--data"},
			{
				Name: "mailbox.AmbiguousError", Err: &mailbox.AmbiguousError{}, Code: console.Failed, JSON: "ambiguous_name",
				Hint: "give the address",
			},
			{Name: "mailbox.ErrNotFound", Err: mailbox.ErrNotFound, Code: console.NotFound, Hint: "lanchat peers"},
			{Name: "mailbox.ErrTaken", Err: mailbox.ErrTaken, Code: console.Failed, JSON: "taken", Hint: "lanchat outbox"},
		})
}
