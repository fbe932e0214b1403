#ifndef FOCUS_THREADS_H
#define FOCUS_THREADS_H

#include <stdint.h>

/* Waits a moment for another thread: spins for less than a microsecond at first, counted in `waited`; after that
   it yields the processor. */
void focus_wait(uint32_t *waited);

/* Calls `run` with `context` on a new thread that nobody joins. Signals that none of its own instructions raises are
   left to other threads. 0, or an error number where there is no such thread. */
int focus_begin_thread(void (*run)(void *), void *context);

#endif
