// Package numbering reads telephone numbers by the numbering plans of the world's countries (ITU-T E.164), as
// libphonenumber does. Begin with [Parse].
//
// The plans are those of libphonenumber, as package github.com/nyaruka/phonenumbers has them: a test writes plans.txt
// from that package and compares every answer with that of the package; NOTICE at the root names the source. The
// program itself does not import it, because reading all plans took a third of the time in which a command starts; here
// a plan is read with the first number of its country.
package numbering

// The plans of a newer version of phonenumbers are written by:
//go:generate go test -run TestPlans -update
