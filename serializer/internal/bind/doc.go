// Package bind writes Go values as events and reads events into Go values.
package bind
