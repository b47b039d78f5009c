// Package epoll holds the system calls of an event loop on Linux, and a wait that does not occupy a thread.
package epoll
