/* SPDX-License-Identifier: Apache-2.0
 *
 * Loaded in front of libc (LD_PRELOAD): counts the calls by which a program makes something visible or lasting, or
 * takes it away, renames, links, removals, changes of modes, syncs and what SQLite writes, and kills the process with SIGKILL before the one numbered
 * KILL_AT. With KILL_COUNT naming a file, the number of calls so far is kept there instead. A call is counted in
 * every process and thread, so that a run with one thread has the same number each time. */
#undef _FILE_OFFSET_BITS /* pwrite and pwrite64 are two functions here */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

static void note(void) {
    const long number = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    const char* at = getenv("KILL_AT");
    if (at != NULL && number == atol(at)) kill(getpid(), SIGKILL);
    const char* count = getenv("KILL_COUNT");
    if (count == NULL) return;
    const int fd = open(count, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) return;
    dprintf(fd, "%ld\n", number);
    close(fd);
}

#define COUNTED(result, name, parameters, arguments)                        \
    result name parameters {                                                \
        static result(*next) parameters;                                    \
        if (next == NULL) *(void**)&next = dlsym(RTLD_NEXT, #name);         \
        note();                                                             \
        return next arguments;                                              \
    }

COUNTED(int, rename, (const char* from, const char* to), (from, to))
COUNTED(int, renameat, (int a, const char* from, int b, const char* to), (a, from, b, to))
COUNTED(int, renameat2, (int a, const char* from, int b, const char* to, unsigned flags), (a, from, b, to, flags))
COUNTED(int, linkat, (int a, const char* from, int b, const char* to, int flags), (a, from, b, to, flags))
COUNTED(int, unlink, (const char* path), (path))
COUNTED(int, unlinkat, (int folder, const char* path, int flags), (folder, path, flags))
COUNTED(int, chmod, (const char* path, mode_t mode), (path, mode))
COUNTED(int, ftruncate, (int fd, off_t size), (fd, size))
COUNTED(int, ftruncate64, (int fd, off64_t size), (fd, size))
COUNTED(int, fsync, (int fd), (fd))
COUNTED(int, fdatasync, (int fd), (fd))
COUNTED(int, syncfs, (int fd), (fd))
COUNTED(ssize_t, pwrite, (int fd, const void* bytes, size_t size, off_t offset), (fd, bytes, size, offset))
COUNTED(ssize_t, pwrite64, (int fd, const void* bytes, size_t size, off64_t offset), (fd, bytes, size, offset))
