// fsync FILE N: appends N small records to FILE, each with an fdatasync of its own, and prints how many a second.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
	int file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600), n = atoi(argv[2]);
	char record[256] = {0};
	struct timespec from, to;
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < n; i++)
		if (write(file, record, sizeof record) < 0 || fdatasync(file)) return perror("fsync"), 1;
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("%.0f\n", n / (to.tv_sec - from.tv_sec + (to.tv_nsec - from.tv_nsec) / 1e9));
}
