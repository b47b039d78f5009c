// Package report is what lanchat says: messages, questions and reasons, in words for people or as JSON for scripts.
package report
