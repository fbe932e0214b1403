#include "CSystemShims.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

static int rename_with(const char *from, const char *to, unsigned flags) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, flags) == 0 ? 0 : errno;
}

int focus_rename_exclusive(const char *from, const char *to) { return rename_with(from, to, RENAME_NOREPLACE); }

int focus_rename_exchange(const char *a, const char *b) { return rename_with(a, b, RENAME_EXCHANGE); }
