#ifndef FOCUS_BLOCK_PARTS_H
#define FOCUS_BLOCK_PARTS_H

/* What the kernels for ggml's blocks have in common. */

#include "dispatch.h"
#include "half.h"

#include <stdint.h>

/* The size of what is farthest from zero. */
INLINE float largest_size(const float *numbers, size_t count) {
    float largest = 0;
    for (size_t i = 0; i < count; i++) {
        float size = numbers[i] < 0 ? -numbers[i] : numbers[i];
        largest = size > largest ? size : largest;
    }
    return largest;
}

/* Stores `number` as a half. */
INLINE void put_half(uint8_t *bytes, float number) { focus_f32_to_f16(&number, bytes, 1); }

/* `number` as it is read back from a half. */
INLINE float as_half(float number) {
    uint16_t half;
    focus_f32_to_f16(&number, &half, 1);
    focus_f16_to_f32(&half, &number, 1);
    return number;
}

/* The nearest whole number, ties to even, of one below 2^22 in size: the last bits of the sum are whole. */
INLINE float nearest(float number) { return number + 12582912.0f - 12582912.0f; }

INLINE float between(float number, float least, float most) {
    return number < least ? least : number > most ? most : number;
}

/* Sums are made in lanes, in one order on every processor. */
enum { BLOCK_LANES = 8 };

INLINE float sum_of_lanes(const float *lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

#endif
