#include "sketch.h"
#include "dispatch.h"

#include <math.h>

/* The components of a row along all directions, 8 at a time, and the length of the rest, rounded up. */
INLINE void sketch_row(const float *row, size_t dimension, const double *basis, size_t directions, float *result) {
    double squares = 0, along = 0;
    for (size_t k = 0; k < dimension; k++) squares += (double)row[k] * (double)row[k];
    for (size_t first = 0; first < directions; first += FOCUS_DIRECTION_BLOCK) {
        double sums[FOCUS_DIRECTION_BLOCK] = {0};
        for (size_t k = 0; k < dimension; k++)
            for (int lane = 0; lane < FOCUS_DIRECTION_BLOCK; lane++)
                sums[lane] += (double)row[k] * basis[k * directions + first + (size_t)lane];
        for (int lane = 0; lane < FOCUS_DIRECTION_BLOCK; lane++) {
            result[first + (size_t)lane] = (float)sums[lane];
            along += sums[lane] * sums[lane];
        }
    }
    double rest = squares - along;
    result[directions] = nextafterf((float)sqrt(rest > 0 ? rest : 0), INFINITY);
}

INLINE void find_nearest(const float *row, size_t dimension, const float *centers, const float *offsets,
                         size_t center_count, uint32_t *index, float *score) {
    float best = -INFINITY;
    *index = 0;
    for (size_t first = 0; first < center_count; first += 16) {
        size_t count = center_count - first < 16 ? center_count - first : 16;
        float sums[16];
        for (size_t i = 0; i < 16; i++) sums[i] = i < count ? offsets[first + i] : -INFINITY;
        if (count == 16) {
            for (size_t k = 0; k < dimension; k++)
                for (size_t i = 0; i < 16; i++) sums[i] += row[k] * centers[k * center_count + first + i];
        } else {
            for (size_t k = 0; k < dimension; k++)
                for (size_t i = 0; i < count; i++) sums[i] += row[k] * centers[k * center_count + first + i];
        }
        for (size_t i = 0; i < count; i++)
            if (sums[i] > best) {
                best = sums[i];
                *index = (uint32_t)(first + i);
            }
    }
    *score = best;
}

INLINE void sketch(const float *rows, size_t count, size_t dimension, const double *basis, size_t directions,
                   float *sketches) {
    for (size_t row = 0; row < count; row++)
        sketch_row(rows + row * dimension, dimension, basis, directions, sketches + row * (directions + 1));
}

INLINE void find_all_nearest(const float *rows, size_t count, size_t dimension, size_t stride, const float *centers,
                             const float *offsets, size_t center_count, uint32_t *nearest, float *scores) {
    for (size_t row = 0; row < count; row++)
        find_nearest(rows + row * stride, dimension, centers, offsets, center_count, nearest + row, scores + row);
}

COMPILE_KERNEL(focus_sketch, sketch,
               (const float *rows, size_t count, size_t dimension, const double *basis, size_t directions,
                float *sketches),
               (rows, count, dimension, basis, directions, sketches))
COMPILE_KERNEL(focus_find_nearest, find_all_nearest,
               (const float *rows, size_t count, size_t dimension, size_t stride, const float *centers,
                const float *offsets, size_t center_count, uint32_t *nearest, float *scores),
               (rows, count, dimension, stride, centers, offsets, center_count, nearest, scores))
