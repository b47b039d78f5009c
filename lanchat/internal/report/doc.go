// Package report is lanchat's output: messages, questions and reasons, as text for people or as JSON for scripts.
package report
