#ifndef FOCUS_WAITING_H
#define FOCUS_WAITING_H

#include <stdint.h>

/* Waits a moment for another thread: spins for less than a microsecond at first, counted in `waited`; after that
   it yields the processor. */
void focus_wait(uint32_t *waited);

#endif
