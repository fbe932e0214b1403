#include "CHDF5.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What an attribute of variable length may take: many of its elements may point to one long text. */
static const size_t largest_texts = (size_t)256 << 20;

static int has_bad_text = 0, has_bad_object = 0;

/* Text of variable length lies in a heap of its own, which no checksum covers. */
static herr_t probe_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context) {
    (void)info;
    (void)context;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    if (H5Tis_variable_str(type) > 0 && count > 0 && count <= FOCUS_H5_MOST_TEXTS) {
        char **texts = calloc((size_t)count, sizeof *texts);
        if (!texts || H5Aread(attribute, type, texts) < 0) has_bad_text = 1;
        if (texts) H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts);
        free(texts);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return 0;
}

/* Lets the process have `room` more bytes than now. */
static void limit_memory(size_t room) {
    char text[200] = "";
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return;
    /* The sixth number is what counts against the limit. */
    if (fgets(text, sizeof text, file) && sscanf(text, "%*u %*u %*u %*u %*u %lu", &pages) == 1) {
        struct rlimit limit;
        if (getrlimit(RLIMIT_DATA, &limit) == 0) {
            rlim_t wanted = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + room;
            if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted) limit.rlim_cur = wanted;
            setrlimit(RLIMIT_DATA, &limit);
        }
    }
    fclose(file);
}

static herr_t probe_object(hid_t file, const char *name, const H5O_info_t *info, void *context) {
    hsize_t position = 0;
    hsize_t count = 0;
    (void)context;
    hid_t object = H5Oopen(file, name, H5P_DEFAULT);
    /* Where the limit of memory made it fail, it would succeed without, or crash. */
    if (object < 0) has_bad_object = 1;
    if (object < 0) return 0;
    if (info->type == H5O_TYPE_DATASET) {
        hid_t type = H5Dget_type(object);
        hid_t creation = H5Dget_create_plist(object);
        H5D_layout_t layout = H5Pget_layout(creation);
        /* To ask for the shape of a virtual dataset opens the files that it is made of. */
        hid_t space = layout == H5D_VIRTUAL ? H5Screate(H5S_NULL) : H5Dget_space(object);
        H5Dget_offset(object);
        if (type < 0 || space < 0 || creation < 0) has_bad_object = 1;
        if (layout == H5D_CHUNKED && H5Dget_num_chunks(object, space, &count) < 0) has_bad_object = 1;
        H5Pclose(creation);
        H5Sclose(space);
        H5Tclose(type);
    }
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &position, probe_attribute, NULL);
    H5Oclose(object);
    return 0;
}

/* Makes the child one that may fail in any way without a sound: at most `seconds` of processor time and `room` bytes
   more than now.

   `focus_h5_end_of` ends it where it waits without end. Should the parent be gone by then, it has an end by the clock,
   too, far beyond what sound files take on a busy machine. */
static void begin_child(unsigned seconds, size_t room) {
    struct rlimit time = {seconds, seconds};
    struct rlimit core = {0, 0};
    setrlimit(RLIMIT_CPU, &time);
    setrlimit(RLIMIT_CORE, &core);
    /* Whoever handles signals of the parent has nothing to do here. */
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGTRAP, SIGALRM};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    alarm(60 + 20 * seconds);
    close(2);
    limit_memory(room);
}

/* The processor time of a process in ticks, and whether it sleeps: false where the system does not say. */
static bool look_at(pid_t process, unsigned long *ticks, bool *sleeps) {
    char path[40], text[1024] = "", state = 0;
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    FILE *file = fopen(path, "re");
    if (!file) return false;
    /* The name of the program, in parentheses, may have any character in it. */
    char *rest = fgets(text, sizeof text, file) ? strrchr(text, ')') : NULL;
    fclose(file);
    if (!rest) return false;
    if (sscanf(rest, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &state, &user, &system) != 3) return false;
    *ticks = user + system;
    *sleeps = state == 'S';
    return true;
}

/* Returns once the process has ended, or has slept all through `looks` looks in a row, `interval` milliseconds apart,
   and never worked: then true. A process that waits for a disk does not sleep in this sense. */
static bool stalls(pid_t process, int interval, int looks) {
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    if (descriptor < 0) return false;
    unsigned long before = 0, now = 0;
    int slept = 0;
    while (slept < looks) {
        struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
        int ready = poll(&waiting, 1, interval);
        if (ready < 0 && errno == EINTR) continue;
        bool sleeps = false;
        if (ready != 0 || !look_at(process, &now, &sleeps)) break;
        slept = sleeps && (slept == 0 || now == before) ? slept + 1 : 0;
        before = now;
    }
    close(descriptor);
    return slept >= looks;
}

int focus_h5_end_of(int process, int interval, int looks) {
    int status = 0;
    bool stalled = stalls(process, interval, looks);
    if (stalled) kill(process, SIGKILL);
    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR) return 2;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : stalled ? FOCUS_H5_STALLED : 2;
}

/* What `probe` returns, in a child of its own that is given `seconds` and `room` as above.

   The child is copied from a process with threads, one of which may have held a lock that something takes here, which
   it then waits for without end; and damaged files make the library spoil the locks of its own memory. In the first
   case the next child gets through. */
static int in_child(int (*probe)(void *), void *context, unsigned seconds, size_t room) {
    int result = 2;
    for (int attempt = 0; attempt < 3; attempt++) {
        pid_t child = fork();
        if (child < 0) return 2;
        if (child == 0) {
            begin_child(seconds, room);
            _exit(probe(context));
        }
        result = focus_h5_end_of(child, 1500, 4);
        if (result != FOCUS_H5_STALLED) break;
    }
    return result;
}

static int probe_file(void *path) {
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) return 4;
    if (H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, probe_object, NULL, H5O_INFO_BASIC) < 0) has_bad_object = 1;
    H5Fclose(file);
    return has_bad_object ? 3 : has_bad_text;
}

int focus_h5_survives(const char *path, unsigned seconds) {
    return in_child(probe_file, (void *)path, seconds, largest_texts);
}

/* What `H5Dread` is to be called with, and where what it says goes: memory that the parent sees. */
struct read {
    hid_t set, type, memory, space;
    char *message, *buffer;
    size_t message_size;
};

static int probe_read(void *context) {
    struct read *read = context;
    if (H5Dread(read->set, read->type, read->memory, read->space, H5P_DEFAULT, read->buffer) >= 0) return 0;
    focus_h5_error(read->message, read->message_size);
    return 1;
}

int focus_h5_read(
    hid_t set, hid_t type, hid_t memory, hid_t space, size_t room, char *message, size_t message_size, void *buffer,
    size_t size) {
    char *shared = mmap(NULL, message_size + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return 2;
    struct read read = {set, type, memory, space, shared, shared + message_size, message_size};
    /* A minute, and more for what is slower than a megabyte a second. */
    size_t seconds = 60 + (size >> 20);
    int result = in_child(probe_read, &read, seconds < 6000 ? (unsigned)seconds : 6000, room);
    memcpy(message, shared, message_size);
    message[message_size - 1] = 0;
    if (result == 0) memcpy(buffer, shared + message_size, size);
    munmap(shared, message_size + size);
    return result;
}
