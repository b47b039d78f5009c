// Package tree builds values of all kinds from events, gives the events of values, and compares values.
package tree
