/* floor: the fastest possible sort of a folder by extension, as the floor that junksort is measured against.
 *
 *     floor DIR          sorts DIR's files into DIR/EXTENSION/NAME
 *     floor --undo DIR   moves the files of DIR/EXTENSION back into folders, in the order in which they lie there
 *
 * One thread, getdents64 and renameat2(RENAME_NOREPLACE), descriptor-relative, one destination per extension. It keeps
 * no journal, solves no conflict (a file whose name is taken stays), and looks at nothing but names.
 * --undo does not know the folders that the files came from, so it makes one for every hundred files.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

struct dirent64_raw {
	unsigned long long ino;
	long long off;
	unsigned short len;
	unsigned char type;
	char name[];
};

#define MAX_TARGETS 4096
static struct target { char ext[64]; int fd; } targets[MAX_TARGETS];
static int target_count, root;
static unsigned long moved, stayed;

static int target(const char *ext) {
	unsigned hash = 5381;
	for (const char *p = ext; *p; p++) hash = hash * 33 + (unsigned char)*p;
	for (unsigned i = hash % MAX_TARGETS;; i = (i + 1) % MAX_TARGETS) {
		struct target *t = &targets[i];
		if (!t->ext[0]) {
			if (++target_count == MAX_TARGETS) { fprintf(stderr, "floor: too many extensions\n"); exit(1); }
			snprintf(t->ext, sizeof t->ext, "%s", ext);
			if (mkdirat(root, ext, 0777) && errno != EEXIST) { perror(ext); exit(1); }
			t->fd = openat(root, ext, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
			if (t->fd < 0) { perror(ext); exit(1); }
			return t->fd;
		}
		if (!strcmp(t->ext, ext)) return t->fd;
	}
}

static void move(int from, const char *name) {
	const char *dot = strrchr(name, '.');
	char ext[64] = "other";
	if (dot && dot != name && dot[1] && strlen(dot) < sizeof ext) {
		char *out = ext;
		for (dot++; *dot; dot++) *out++ = *dot >= 'A' && *dot <= 'Z' ? *dot + 32 : *dot;
		*out = 0;
	}
	if (syscall(SYS_renameat2, from, name, target(ext), name, RENAME_NOREPLACE)) stayed++; else moved++;
}

static void sort(int fd) {
	size_t size = 65536, used = 0, room = 65536;
	char *buffer = malloc(size), *names = malloc(room);
	for (;;) {
		long n = syscall(SYS_getdents64, fd, buffer, size);
		if (n < 0) { perror("getdents64"); exit(1); }
		if (n == 0) break;
		for (long at = 0; at < n;) {
			struct dirent64_raw *entry = (void *)(buffer + at);
			at += entry->len;
			const char *name = entry->name;
			if (entry->type == DT_REG) { move(fd, name); continue; }
			if (entry->type != DT_DIR || !strcmp(name, ".") || !strcmp(name, "..")) continue;
			size_t length = strlen(name) + 1;
			if (used + length > room) names = realloc(names, room *= 2);
			memcpy(names + used, name, length);
			used += length;
		}
	}
	free(buffer);
	for (size_t at = 0; at < used; at += strlen(names + at) + 1) {
		int child = openat(fd, names + at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
		if (child < 0) continue;
		sort(child);
		close(child);
		unlinkat(fd, names + at, AT_REMOVEDIR);
	}
	free(names);
}

/* back returns the folder for the next file of an undo. */
static int back(void) {
	static int fd = -1;
	if (moved % 100 == 0) {
		char name[32];
		snprintf(name, sizeof name, "back%lu", moved / 100);
		if (fd >= 0) close(fd);
		if (mkdirat(root, name, 0777)) { perror(name); exit(1); }
		fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	}
	return fd;
}

static void undo(int fd, int top) {
	size_t size = 65536, used = 0, room = 65536;
	char *buffer = malloc(size), *names = malloc(room);
	for (;;) {
		long n = syscall(SYS_getdents64, fd, buffer, size);
		if (n <= 0) break;
		for (long at = 0; at < n;) {
			struct dirent64_raw *entry = (void *)(buffer + at);
			at += entry->len;
			const char *name = entry->name;
			if (entry->type == DT_REG) {
				if (syscall(SYS_renameat2, fd, name, back(), name, RENAME_NOREPLACE)) stayed++; else moved++;
			}
			if (!top || entry->type != DT_DIR || name[0] == '.') continue;
			size_t length = strlen(name) + 1;
			if (used + length > room) names = realloc(names, room *= 2);
			memcpy(names + used, name, length);
			used += length;
		}
	}
	for (size_t at = 0; at < used; at += strlen(names + at) + 1) {
		int child = openat(fd, names + at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
		undo(child, 0);
		close(child);
		unlinkat(fd, names + at, AT_REMOVEDIR);
	}
	free(buffer);
	free(names);
}

int main(int argc, char **argv) {
	int undoing = argc == 3 && !strcmp(argv[1], "--undo");
	if (argc != 2 + undoing) { fprintf(stderr, "usage: floor [--undo] DIR\n"); return 2; }
	root = open(argv[argc - 1], O_RDONLY | O_DIRECTORY);
	if (root < 0) { perror(argv[argc - 1]); return 1; }
	int work = open(argv[argc - 1], O_RDONLY | O_DIRECTORY);
	if (undoing) undo(work, 1); else sort(work);
	printf("%lu moved, %lu stayed\n", moved, stayed);
	return 0;
}
