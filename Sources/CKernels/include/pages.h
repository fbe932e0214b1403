#ifndef FOCUS_PAGES_H
#define FOCUS_PAGES_H

#include <stddef.h>

enum { FOCUS_LARGE_PAGE = 1 << 21 };

/* Asks for large pages for what of the memory can be in them: what is looked up all over much memory is found faster. A hint, so failures are
   ignored. */
void focus_prefer_large_pages(void *memory, size_t byte_count);

#endif
