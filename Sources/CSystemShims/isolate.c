#include "CSystemShims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "allowed_calls.h"

static void limit(int resource, rlim_t soft, rlim_t hard) {
    struct rlimit now;
    if (getrlimit(resource, &now) != 0) return;
    if (now.rlim_max != RLIM_INFINITY && hard > now.rlim_max) hard = now.rlim_max;
    now.rlim_max = hard;
    now.rlim_cur = soft < hard ? soft : hard;
    setrlimit(resource, &now);
}

/* What counts against the limits of addresses and of memory already. */
static void measure(rlim_t *address, rlim_t *memory) {
    unsigned long pages = 0, data = 0;
    char text[200] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fgets(text, sizeof text, file)) sscanf(text, "%lu %*u %*u %*u %*u %lu", &pages, &data);
    if (file) fclose(file);
    *address = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
    *memory = (rlim_t)data * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void close_others(void) {
    if (syscall(436 /* close_range */, 3, ~0u, 0) == 0) return;
    long count = sysconf(_SC_OPEN_MAX);
    if (count <= 0 || count > 1 << 20) count = 1 << 20;
    for (int descriptor = 3; descriptor < count; descriptor++) close(descriptor);
}

int focus_isolate(const struct focus_limits *limits, int output, int errors) {
    pid_t parent = getpid(), child = fork();
    if (child != 0) return child < 0 ? -errno : child;
    int nothing = open("/dev/null", O_RDONLY);
    if (dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) _exit(120);
    close_others();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) _exit(120);
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGXFSZ, SIGTRAP, SIGPIPE};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
    rlim_t address, memory;
    measure(&address, &memory);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_FSIZE, 0, 0);
    limit(RLIMIT_NOFILE, limits->files, limits->files);
    limit(RLIMIT_CPU, limits->seconds, limits->seconds + 1);
    limit(RLIMIT_DATA, memory + limits->memory, memory + limits->memory);
    limit(RLIMIT_AS, address + limits->address, address + limits->address);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(120);
    focus_allow_reading_only();
    return 0;
}
