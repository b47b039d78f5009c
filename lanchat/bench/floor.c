// floor PORT: the least that a server can do for a message. One thread, epoll, no storage: accept, read a line, say OK, shut down,
// read the end, close. It is what lanchat's CPU time is compared with.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	char *answered = calloc(files.rlim_max, 1);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096)) {
		perror("floor");
		return 1;
	}
	int poll = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[512];
	epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
	for (;;) {
		int n = epoll_wait(poll, ready, 512, -1);
		for (int i = 0; i < n; i++) {
			int fd = ready[i].data.fd;
			if (fd == listener) {
				while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
					answered[fd] = 0;
					event.data.fd = fd;
					epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
				}
				continue;
			}
			char buffer[16384];
			ssize_t got = read(fd, buffer, sizeof buffer);
			if (got <= 0) {
				close(fd);
			} else if (!answered[fd] && buffer[got - 1] == '\n') {
				answered[fd] = 1;
				if (write(fd, "OK", 2) == 2) shutdown(fd, SHUT_WR);
			}
		}
	}
}
