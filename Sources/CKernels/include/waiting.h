#ifndef FOCUS_WAITING_H
#define FOCUS_WAITING_H

#include <stdint.h>

/* Waits a moment for another thread: less than a microsecond while there is patience, which is counted, and then as long as it takes others
   to run. */
void focus_wait(uint32_t *waited);

#endif
