/* SPDX-License-Identifier: Apache-2.0
 *
 * Loaded in front of libc (LD_PRELOAD): the time of day is a thousand days later than it is. Clocks that only
 * measure how long something takes stay right, so that nothing runs into a time limit. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

#define LATER (1000 * 24 * 60 * 60)

int clock_gettime(clockid_t clock, struct timespec* now) {
    static int (*next)(clockid_t, struct timespec*);
    if (next == NULL) *(void**)&next = dlsym(RTLD_NEXT, "clock_gettime");
    const int result = next(clock, now);
    const int of_day = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
    if (result == 0 && of_day) now->tv_sec += LATER;
    return result;
}

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
    static int (*next)(struct timeval*, void*);
    if (next == NULL) *(void**)&next = dlsym(RTLD_NEXT, "gettimeofday");
    const int result = next(now, zone);
    if (result == 0) now->tv_sec += LATER;
    return result;
}

time_t time(time_t* out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL) *out = now.tv_sec;
    return now.tv_sec;
}
