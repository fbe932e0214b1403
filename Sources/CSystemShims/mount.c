#include "CSystemShims.h"

#include <fcntl.h>
#include <sys/stat.h>

int focus_is_mount_root(const char *path) {
#ifdef STATX_ATTR_MOUNT_ROOT
    struct statx status;
    if (statx(AT_FDCWD, path, 0, 0, &status) == 0) return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#endif
    return 0;
}

int focus_is_same_mount(const char *a, const char *b) {
    struct stat first, second;
    if (stat(a, &first) != 0 || stat(b, &second) != 0 || first.st_dev != second.st_dev) return 0;
#ifdef STATX_MNT_ID
    struct statx one, other;
    if (statx(AT_FDCWD, a, 0, STATX_MNT_ID, &one) == 0 && statx(AT_FDCWD, b, 0, STATX_MNT_ID, &other) == 0 &&
        (one.stx_mask & other.stx_mask & STATX_MNT_ID))
        return one.stx_mnt_id == other.stx_mnt_id;
#endif
    return 1;
}
