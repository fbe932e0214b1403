#ifndef FOCUS_NORMAL_H
#define FOCUS_NORMAL_H

#include <stddef.h>
#include <stdint.h>

#include "processor.h"

/* Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011): 128 bits of counter and 64 of key to 128 random bits. */
void focus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t output[4]);

/* target[i] = means[i] + deviations[i] * n(i), where n is standard normal and depends on (seed, stream, row, i) alone,
   with the same bits on every processor. */
FOCUS_KERNEL(focus_sample_row, uint64_t seed, uint64_t stream, uint32_t row, const double *means,
             const double *deviations, float *target, size_t width);

#endif
