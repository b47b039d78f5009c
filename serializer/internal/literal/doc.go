// Package literal defines the texts of scalars: what a number, a decimal, a time, a UUID or a quoted string looks like,
// the one form that equal values have, and the bits behind it. It knows neither kinds nor events.
package literal
