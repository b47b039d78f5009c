// load PORT SENDERS MESSAGES: sends MESSAGES one-line messages, each in a connection of its own, SENDERS at a time, and demands
// exactly OK and the end for each. Prints the rate, the median and the 99th percentile of the time from connect to the end.
// load PORT idle N: opens N connections, says so, and holds them until its input ends.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in address;
static int poller;

struct sender {
	int fd, got;
	double began;
	char answer[8];
};

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what) {
	perror(what);
	exit(1);
}

static void begin(struct sender *s) {
	s->got = 0;
	s->began = now();
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (s->fd < 0) die("socket");
	if (connect(s->fd, (void *)&address, sizeof address) && errno != EINPROGRESS) die("connect");
	struct epoll_event event = {.events = EPOLLOUT, .data.ptr = s};
	epoll_ctl(poller, EPOLL_CTL_ADD, s->fd, &event);
}

static int order(const void *a, const void *b) {
	double x = *(double *)a, y = *(double *)b;
	return (x > y) - (x < y);
}

// idle comes from an address of its own: with half of the ports of one address in use, its kernel takes most of a millisecond to find the
// next free one, and that would be measured as the server's.
static int idle(int n) {
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1)};
	int on = 1;
	for (int i = 0; i < n; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0) die("socket");
		setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
		if (bind(fd, (void *)&own, sizeof own)) die("bind");
		if (connect(fd, (void *)&address, sizeof address)) die("connect");
	}
	puts("open");
	fflush(stdout);
	while (getchar() != EOF);
	return 0;
}

int main(int argc, char **argv) {
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (!strcmp(argv[2], "idle")) return idle(atoi(argv[3]));
	int senders = atoi(argv[2]), messages = atoi(argv[3]), begun = 0, done = 0;
	static const char text[] = "The quick brown fox jumps over the lazy dog, and says so in a line.\n";
	struct sender *all = calloc(senders, sizeof *all);
	double *took = calloc(messages, sizeof *took);
	poller = epoll_create1(0);
	double start = now();
	for (; begun < senders && begun < messages; begun++) begin(&all[begun]);
	while (done < messages) {
		struct epoll_event ready[512];
		int n = epoll_wait(poller, ready, 512, 10000);
		if (n == 0) {
			fprintf(stderr, "load: no answer for 10 s\n");
			return 1;
		}
		for (int i = 0; i < n; i++) {
			struct sender *s = ready[i].data.ptr;
			if (ready[i].events & EPOLLOUT) {
				if (write(s->fd, text, sizeof text - 1) != sizeof text - 1) die("write");
				struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
				epoll_ctl(poller, EPOLL_CTL_MOD, s->fd, &event);
				continue;
			}
			ssize_t got = read(s->fd, s->answer + s->got, sizeof s->answer - s->got);
			if (got < 0) die("read");
			s->got += got;
			if (got > 0) continue;
			if (s->got != 2 || memcmp(s->answer, "OK", 2)) {
				fprintf(stderr, "load: the answer is not OK\n");
				return 1;
			}
			close(s->fd);
			took[done++] = now() - s->began;
			if (begun < messages) begin(s), begun++;
		}
	}
	double seconds = now() - start;
	qsort(took, messages, sizeof *took, order);
	printf("%.0f %.6f %.6f\n", messages / seconds, took[messages / 2], took[messages * 99 / 100]);
}
