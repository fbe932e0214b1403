#include "CHDF5.h"

#include <zstd.h>

/* The filter is called by HDF5, which one thread at a time may use; so is this. */
static size_t largest_chunk = (size_t)1 << 30;

void focus_h5_limit_chunk(size_t bytes) { largest_chunk = bytes; }

static size_t unpack(size_t packed, size_t *capacity, void **buffer) {
    unsigned long long size = ZSTD_getFrameContentSize(*buffer, packed);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > largest_chunk) return 0;
    void *output = H5allocate_memory(size ? size : 1, 0);
    if (!output) return 0;
    size_t count = ZSTD_decompress(output, size, *buffer, packed);
    if (ZSTD_isError(count)) {
        H5free_memory(output);
        return 0;
    }
    H5free_memory(*buffer);
    *buffer = output;
    *capacity = size ? size : 1;
    return count;
}

static size_t pack(size_t bytes, int level, size_t *capacity, void **buffer) {
    size_t bound = ZSTD_compressBound(bytes);
    void *output = H5allocate_memory(bound, 0);
    if (!output) return 0;
    size_t count = ZSTD_compress(output, bound, *buffer, bytes, level);
    if (ZSTD_isError(count)) {
        H5free_memory(output);
        return 0;
    }
    H5free_memory(*buffer);
    *buffer = output;
    *capacity = bound;
    return count;
}

static size_t filter(
    unsigned flags, size_t count, const unsigned values[], size_t bytes, size_t *capacity, void **buffer) {
    if (flags & H5Z_FLAG_REVERSE) return unpack(bytes, capacity, buffer);
    return pack(bytes, count > 0 ? (int)values[0] : 3, capacity, buffer);
}

int focus_h5_prepare(void) {
    static const H5Z_class2_t zstd = {H5Z_CLASS_T_VERS, FOCUS_H5_ZSTD, 1, 1, "zstd", NULL, NULL, filter};
    static int is_registered = 0;
    if (focus_h5_load() < 0) return -1;
    if (H5open() < 0 || H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0) return -1;
    if (is_registered) return 0;
    if (H5PLset_loading_state(0) < 0 || H5Zregister(&zstd) < 0) return -1;
    is_registered = 1;
    return 0;
}
