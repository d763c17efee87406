// A clock on the wall that jumps whenever somebody looks: to the right time, a day back, a year ahead, an hour ahead, and so on. To be loaded
// before a program's own libraries (LD_PRELOAD); each process that has it adds a sign to the file that CLOCK_JUMPS names.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long jump(void) {
    static long calls;
    static const long seconds[] = {0, -86400, 31536000, 3600};
    return seconds[__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED) % 4];
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    long status = syscall(SYS_clock_gettime, clock, time);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += jump();
    return (int)status;
}

int gettimeofday(struct timeval *time, void *zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CLOCK_JUMPS");
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0644) : -1;
    if (file < 0) return;
    if (write(file, "+", 1) != 1) abort();
    close(file);
}
