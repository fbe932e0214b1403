#include "CSystemShims.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether the file system, and not the names, stands in the way of a flag of renameat2. */
static int lacks_flags(int failure) { return failure == EINVAL || failure == ENOSYS || failure == EOPNOTSUPP; }

int focus_rename_exclusive(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    int failure = errno;
    if (!lacks_flags(failure)) return failure;
    /* NFS and some FUSE file systems have no such flag: a second name is as exclusive, and folders cannot have one. */
    struct stat status;
    if (lstat(from, &status) != 0) return errno;
    if (!S_ISDIR(status.st_mode)) {
        if (link(from, to) == 0) return unlink(from) == 0 ? 0 : errno;
        if (errno == EEXIST) return EEXIST;
    }
    if (lstat(to, &status) == 0) return EEXIST;
    if (errno != ENOENT) return errno;
    return rename(from, to) == 0 ? 0 : errno;
}

int focus_rename_exchange(const char *a, const char *b) {
    return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0 ? 0 : errno;
}
