// Package console is the command line of every goweb program.
package console
