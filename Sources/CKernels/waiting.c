#include "waiting.h"

#include <sched.h>

/* Spins before yielding: a fraction of a millisecond, about what it takes to wake a thread. */
enum { MOST_SPINS = 4000 };

void focus_wait(uint32_t *waited) {
    if (*waited >= MOST_SPINS) {
        sched_yield();
        return;
    }
    ++*waited;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
