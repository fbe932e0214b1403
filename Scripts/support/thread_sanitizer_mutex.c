/* For what is built with the thread sanitizer. It sees a Mutex of Swift while nobody waits for it: that code is in the
   caller. To wait, and to wake who waits, is done in libswiftSynchronization, which knows nothing of the sanitizer:
   here it is told. Without it, every Mutex that threads ever waited for looks like none. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define IN_SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
/* _MutexHandle._lockSlow(UInt32) and _MutexHandle._unlockSlow(). */
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

void __tsan_acquire(void *address);
void __tsan_release(void *address);

IN_SWIFT void wait_for_mutex(uint32_t thread, SELF void *mutex) __asm__(LOCK);
IN_SWIFT void wake_for_mutex(SELF void *mutex) __asm__(UNLOCK);

static IN_SWIFT void (*real_wait)(uint32_t thread, SELF void *mutex);
static IN_SWIFT void (*real_wake)(SELF void *mutex);

/* Early, so that no thread finds it half done. */
__attribute__((constructor)) static void find_real_functions(void) {
    *(void **)&real_wait = dlsym(RTLD_NEXT, LOCK);
    *(void **)&real_wake = dlsym(RTLD_NEXT, UNLOCK);
}

IN_SWIFT void wait_for_mutex(uint32_t thread, SELF void *mutex) {
    real_wait(thread, mutex);
    __tsan_acquire(mutex);
}

IN_SWIFT void wake_for_mutex(SELF void *mutex) {
    __tsan_release(mutex);
    real_wake(mutex);
}
