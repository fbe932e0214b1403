#include "CSystemShims.h"

#include <pthread.h>
#include <stdatomic.h>

/* Swift cannot register what fork calls. A child of fork has the one thread that called it: threads that others count
   on are gone, and nobody starts them anew. */
static atomic_int began, lost;

static void in_child(void) {
    if (atomic_load(&began)) atomic_store(&lost, 1);
}

__attribute__((constructor)) static void watch(void) { pthread_atfork(NULL, NULL, in_child); }

void focus_threads_begin(void) { atomic_store_explicit(&began, 1, memory_order_relaxed); }

int focus_threads_are_lost(void) { return atomic_load_explicit(&lost, memory_order_relaxed); }
