/* What every step of storage_shim.c goes through: counting, breaking and noting down. Included there alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { CREATE = 1, WRITE, TRUNCATE, SYNC, RENAME, EXCHANGE, LINK, UNLINK, MAKE_FOLDER, REMOVE_FOLDER, SYMLINK,
    ATTRIBUTES, MAP };

/* Followed by the two paths and `length` bytes of contents. */
struct record {
    uint32_t kind, first_length, second_length, unused;
    uint64_t inode, offset, length;
};

static struct {
    char root[PATH_MAX], fixed[PATH_MAX];
    int trace, error, once, plain;
    long kill_at, fail_at, steps;
} shim = {.trace = -1, .kill_at = -1, .fail_at = -1};

/* One step at a time: what is noted down is the order in which things happened. */
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void start(void) {
    const char *root = getenv("STORAGE_ROOT"), *trace = getenv("STORAGE_TRACE"), *fail = getenv("STORAGE_FAIL");
    const char *fixed = getenv("STORAGE_FIXED");
    if (fixed) snprintf(shim.fixed, sizeof shim.fixed, "%s", fixed);
    if (root) snprintf(shim.root, sizeof shim.root, "%s", root);
    if (trace) shim.trace = REAL(open)(trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (getenv("STORAGE_KILL")) shim.kill_at = atol(getenv("STORAGE_KILL"));
    if (fail && strchr(fail, ':')) shim.fail_at = atol(fail), shim.error = atoi(strchr(fail, ':') + 1);
    shim.once = getenv("STORAGE_ONCE") != NULL;
    shim.plain = getenv("STORAGE_PLAIN") != NULL;
}

/* The path that an open file had last; an empty one for what is no file. */
static const char *path_of(int descriptor, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

/* The absolute path of a name, whose last part is not followed if it is a symbolic link. */
static const char *absolute(int folder, const char *name, char path[PATH_MAX]) {
    char parent[PATH_MAX], joined[2 * PATH_MAX], copy[2 * PATH_MAX];
    if (strncmp(name, "/proc/self/fd/", 14) == 0) return path_of(atoi(name + 14), path);
    if (name[0] == '/') snprintf(joined, sizeof joined, "%s", name);
    else if (folder == AT_FDCWD) snprintf(joined, sizeof joined, "./%s", name);
    else snprintf(joined, sizeof joined, "%s/%s", path_of(folder, parent), name);
    for (size_t end = strlen(joined); end > 1 && joined[end - 1] == '/';) joined[--end] = 0;
    snprintf(copy, sizeof copy, "%s", joined);
    char *slash = strrchr(copy, '/'), *last = slash + 1;
    *slash = 0;
    if (!realpath(*copy ? copy : "/", parent)) snprintf(parent, sizeof parent, "/a folder that is not there");
    if (snprintf(path, PATH_MAX, "%s/%s", strcmp(parent, "/") ? parent : "", last) >= PATH_MAX) path[0] = 0;
    return path;
}

static int counts(const char *path) {
    size_t length = strlen(shim.root);
    return length && strncmp(path, shim.root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/* Begins a step that changes something: 0, or -1 with the error that it is to fail with. The order is locked until
   `done`. */
static int begin(void) {
    pthread_mutex_lock(&order);
    long step = shim.steps++;
    if (step == shim.kill_at) kill(getpid(), SIGKILL), pause();
    if (shim.fail_at >= 0 && (step == shim.fail_at || (!shim.once && step > shim.fail_at))) {
        return errno = shim.error, -1;
    }
    return 0;
}

static void note(enum kind kind, uint64_t inode, const char *first, const char *second, uint64_t offset,
                 const void *bytes, uint64_t length) {
    if (shim.trace < 0) return;
    if (!second) second = "";
    struct record record = {kind, (uint32_t)strlen(first), (uint32_t)strlen(second), 0, inode, offset, length};
    struct iovec parts[] = {{&record, sizeof record},
                            {(void *)first, record.first_length},
                            {(void *)second, record.second_length},
                            {(void *)bytes, bytes ? length : 0}};
    uint64_t size = 0;
    for (int i = 0; i < 4; i++) size += parts[i].iov_len;
    if (REAL(writev)(shim.trace, parts, 4) != (ssize_t)size) abort(); /* a trace with holes proves nothing */
}

static void done(void) {
    int error = errno;
    pthread_mutex_unlock(&order);
    errno = error;
}

static uint64_t inode_of(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

/* Does `call` as a step if the path counts, and notes it down where it succeeds. */
#define STEP(path, failed, call, noted)                    \
    do {                                                   \
        if (!counts(path)) return call;                    \
        __typeof__(call) result = (failed);                \
        if (begin() == 0 && (result = call) != (failed)) { \
            int kept = errno;                              \
            noted;                                         \
            errno = kept;                                  \
        }                                                  \
        done();                                            \
        return result;                                     \
    } while (0)
