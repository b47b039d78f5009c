// Package tree builds values of all kinds from events, turns values into events, and compares values.
package tree
