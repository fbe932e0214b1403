/* usage: copy THREADS SECONDS  Copies large arrays in memory, one a thread, and prints the bytes that were read
   and written in a second by all together. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { most_threads = 256 };
static const size_t size = 128 << 20;
static double seconds;
static pthread_barrier_t ready;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *work(void *rate) {
    char *from = malloc(size), *to = malloc(size);
    if (!from || !to) exit(1);
    memset(from, 1, size);
    memset(to, 2, size);
    pthread_barrier_wait(&ready);
    double start = now(), elapsed, bytes = 0;
    do {
        from[(size_t)bytes % size] += to[size / 2]; /* Each copy depends on the one before, so that none is left out. */
        memcpy(to, from, size);
        bytes += 2.0 * (double)size;
        elapsed = now() - start;
    } while (elapsed < seconds);
    *(double *)rate = bytes / elapsed;
    free(from);
    free(to);
    return NULL;
}

int main(int count, char **arguments) {
    int threads = count == 3 ? atoi(arguments[1]) : 0;
    seconds = count == 3 ? atof(arguments[2]) : 0;
    if (threads < 1 || threads > most_threads || seconds <= 0) {
        fprintf(stderr, "usage: copy THREADS SECONDS\n");
        return 64;
    }
    pthread_t others[most_threads];
    double rates[most_threads], sum = 0;
    pthread_barrier_init(&ready, NULL, (unsigned)threads);
    for (int thread = 0; thread < threads; thread++) {
        if (pthread_create(&others[thread], NULL, work, &rates[thread])) return 1;
    }
    for (int thread = 0; thread < threads; thread++) {
        pthread_join(others[thread], NULL);
        sum += rates[thread];
    }
    printf("%.0f\n", sum);
    return 0;
}
