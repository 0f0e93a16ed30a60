// Processes without end, until the kernel refuses another one: here sooner than at the bound of every build, which
// takes a while to reach.
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void) {
    const struct rlimit few = {200, 200};
    setrlimit(RLIMIT_NPROC, &few);
    for (;;) {
        const pid_t child = fork();
        if (child < 0) break;
        if (child == 0)
            for (;;) pause();
    }
    perror("bomb: fork");
    return 1;
}
