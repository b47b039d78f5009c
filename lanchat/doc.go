// Package lanchat carries text messages between computers of one network over TCP, where the answer OK means that the
// message is stored.
//
// The rule is the oldest there is: a client connects, sends a text, the server answers OK and closes. The client that
// has read OK knows that the message was delivered; to answer, the two swap roles. This package keeps that rule for
// every client there is (netcat, three lines of Python) and makes the OK worth something: a [Server] writes it only
// after its [Inbox] has made the message durable.
//
// One port takes three kinds of conversation, told apart by their first bytes (see [Sniff]): plain text, whose end has
// to be found by the rules of [Silence]; frames, which know their own length and identity, so that a repeated frame is
// stored once; and TLS 1.3, inside of which either of the two is spoken.
//
// Whoever uses the package supplies the storage. The program of the same name keeps messages in SQLite.
package lanchat
