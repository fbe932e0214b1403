#ifndef FOCUS_SKETCH_H
#define FOCUS_SKETCH_H

#include <stddef.h>
#include <stdint.h>

#include "processor.h"

/* Directions come in blocks of 8. */
enum { FOCUS_DIRECTION_BLOCK = 8 };

/* Low-rank sketches of `count` rows of `dimension` elements: their components along `directions` orthonormal
   directions, a multiple of 8, and the length of the rest, rounded up. The scalar product of two sketches is no
   less than that of the rows (Cauchy-Schwarz), up to rounding. `basis` holds the directions side by side for each
   element: [dimension, directions]; `sketches` has room for [count, directions + 1]. */
FOCUS_KERNEL(focus_sketch, const float *rows, size_t count, size_t dimension, const double *basis, size_t directions,
             float *sketches);

/* For each of `count` rows of `dimension` elements, `stride` apart, the index of the nearest center, and a score:
   minus half the square of their distance, less a number that depends on the row alone. `centers` is [dimension,
   center_count], `offsets` minus half the square of the length of each. */
FOCUS_KERNEL(focus_find_nearest, const float *rows, size_t count, size_t dimension, size_t stride, const float *centers,
             const float *offsets, size_t center_count, uint32_t *nearest, float *scores);

#endif
