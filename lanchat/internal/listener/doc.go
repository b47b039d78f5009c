// Package listener is what goes on around a station that listens in a terminal: it shows what arrives one by one, asks
// the person there, runs programs, and notices that nobody reads the output any more.
package listener
