// Package listener surrounds a station that listens in a terminal: it shows what arrives one by one, asks the person
// there, runs programs, and notices when nobody reads the output any more.
package listener
