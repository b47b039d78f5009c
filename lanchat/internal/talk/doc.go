// Package talk is a chat: one station that listens and sends at once, on the full screen or line by line.
package talk
