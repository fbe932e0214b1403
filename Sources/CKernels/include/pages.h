#ifndef FOCUS_PAGES_H
#define FOCUS_PAGES_H

#include <stddef.h>

enum { FOCUS_LARGE_PAGE = 1 << 21 };

/* Asks the system to back the memory with large pages where it can: random access to much memory is faster in
   them. It is a hint, so failures are ignored. */
void focus_prefer_large_pages(void *memory, size_t byte_count);

#endif
