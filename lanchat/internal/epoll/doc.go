// Package epoll is the system calls of an event loop on Linux, and how it waits without keeping a thread.
package epoll
