#include "pages.h"

#include <stdint.h>
#include <sys/mman.h>

void focus_prefer_large_pages(void *memory, size_t byte_count) {
#ifdef MADV_HUGEPAGE
    size_t before = -(uintptr_t)memory & (FOCUS_LARGE_PAGE - 1);
    if (byte_count < before) return;
    size_t whole = (byte_count - before) & ~(size_t)(FOCUS_LARGE_PAGE - 1);
    if (whole > 0) madvise((char *)memory + before, whole, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)byte_count;
#endif
}
