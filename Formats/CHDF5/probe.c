#include "CHDF5.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
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

   It was copied from a process with threads, one of which may have held a lock that the library or the system's
   allocator takes here: then it would wait for ever, so it has an end by the clock, too, far beyond what sound files
   take on a busy machine. */
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

/* How the child ended: its status, or 2 where it did not get that far. */
static int end_of_child(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return 2;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

int focus_h5_survives(const char *path, unsigned seconds) {
    pid_t child = fork();
    if (child < 0) return 2;
    if (child == 0) {
        begin_child(seconds, largest_texts);
        hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
        if (file >= 0) {
            if (H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, probe_object, NULL, H5O_INFO_BASIC) < 0) has_bad_object = 1;
            H5Fclose(file);
        }
        _exit(file < 0 ? 4 : has_bad_object ? 3 : has_bad_text);
    }
    return end_of_child(child);
}

int focus_h5_read(
    hid_t set, hid_t type, hid_t memory, hid_t space, size_t room, char *message, size_t message_size, void *buffer,
    size_t size) {
    char *shared = mmap(NULL, message_size + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int result = 2;
    if (shared == MAP_FAILED) return result;
    pid_t child = fork();
    if (child == 0) {
        begin_child(600, room);
        if (H5Dread(set, type, memory, space, H5P_DEFAULT, shared + message_size) >= 0) _exit(0);
        focus_h5_error(shared, message_size);
        _exit(1);
    }
    if (child > 0) result = end_of_child(child);
    memcpy(message, shared, message_size);
    message[message_size - 1] = 0;
    if (result == 0) memcpy(buffer, shared + message_size, size);
    munmap(shared, message_size + size);
    return result;
}
