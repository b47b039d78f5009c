// Package lanchat carries text messages between computers of one network over TCP, where the answer OK means that the
// message is stored.
//
// The protocol is as simple as possible: a client connects and sends a text, the server answers OK and closes. The
// client that has read OK knows that the message was delivered; to answer, the two swap roles. This package speaks that
// protocol with any client (netcat, three lines of Python) and gives the OK a meaning: a [Server] writes it only after
// its [Inbox] has made the message durable.
//
// One port serves three kinds of conversation, distinguished by their first bytes (see [Sniff]): plain text, whose end
// is found by the rules of [Silence]; frames, which carry their length and identity, so that a repeated frame is stored
// once; and TLS 1.3 with either of the two inside.
//
// The user of the package supplies the storage. The program of the same name keeps messages in SQLite.
package lanchat
