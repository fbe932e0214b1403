#include "CSystemShims.h"

#include <fcntl.h>
#include <sys/stat.h>

int focus_open_nameless(const char *folder) {
    return open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
}
