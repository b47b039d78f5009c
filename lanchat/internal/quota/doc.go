// Package quota bounds what the clients of one server hold, each address and all together.
package quota
