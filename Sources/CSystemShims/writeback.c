#include "CSystemShims.h"

#include <fcntl.h>

void focus_start_writeback(int descriptor, long long offset, long long count) {
    (void)!sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}
