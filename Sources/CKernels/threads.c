#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

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

struct job {
    void (*run)(void *);
    void *context;
};

static void *do_job(void *argument) {
    struct job job = *(struct job *)argument;
    free(argument);
    job.run(job.context);
    return NULL;
}

int focus_begin_thread(void (*run)(void *), void *context) {
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
    struct job *job = malloc(sizeof *job);
    if (!job) return -1;
    *job = (struct job){run, context};
    sigset_t others, before;
    sigfillset(&others);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) sigdelset(&others, own[i]);
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    /* A thread begins with the signals blocked that its maker has. */
    pthread_sigmask(SIG_BLOCK, &others, &before);
    int status = pthread_create(&thread, &attributes, do_job, job);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (status != 0) free(job);
    return status;
}
