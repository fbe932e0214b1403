#include "block_parts.h"
#include "blocks.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

/* Blocks of 256 numbers, in groups whose scales are whole numbers times one half of the block. */

/* ---- Q6_K: 16 groups of 16; a number is half * scale * (q - 32), q of six bits, scale a signed byte. ---- */

/* The scale with which 16 numbers, as whole numbers from -32 to 31, are least off. For whole numbers q the best scale
   is sum(x q) / sum(q q), and takes sum(x q)^2 / sum(q q) off the sum of squares. */
INLINE float best_scale(const float *numbers) {
    float farthest = 0, size = 0;
    for (size_t i = 0; i < 16; i++) {
        float here = numbers[i] < 0 ? -numbers[i] : numbers[i];
        if (here > size) size = here, farthest = numbers[i];
    }
    if (size < 1e-30f) return 0;
    float best = 0, scale = 0;
    for (int step = -14; step <= 14; step++)
        for (int side = -1; side <= 1; side += 2) {
            float inverse = (float)side * (32.0f + 0.1f * (float)step) / farthest;
            float products[BLOCK_LANES] = {0}, squares[BLOCK_LANES] = {0};
            for (size_t i = 0; i < 16; i += BLOCK_LANES)
                for (size_t lane = 0; lane < BLOCK_LANES; lane++) {
                    float q = between(nearest(between(numbers[i + lane] * inverse, -40, 40)), -32, 31);
                    products[lane] += numbers[i + lane] * q;
                    squares[lane] += q * q;
                }
            float product = sum_of_lanes(products), square = sum_of_lanes(squares);
            if (square > 0 && product * product > best * square) {
                best = product * product / square;
                scale = product / square;
            }
        }
    return scale;
}

/* The sum of squared errors of a group, and its whole numbers, with the scale `scale`. */
INLINE float group_error(const float *numbers, float scale, float *q) {
    float inverse = scale == 0 ? 0 : 1.0f / scale;
    float errors[BLOCK_LANES] = {0};
    for (size_t i = 0; i < 16; i += BLOCK_LANES)
        for (size_t lane = 0; lane < BLOCK_LANES; lane++) {
            q[i + lane] = between(nearest(between(numbers[i + lane] * inverse, -40, 40)), -32, 31);
            float off = numbers[i + lane] - scale * q[i + lane];
            errors[lane] += off * off;
        }
    return sum_of_lanes(errors);
}

INLINE void pack_q6_k(const float *numbers, size_t count, uint8_t *blocks) {
    for (size_t block = 0; block < count; block++, numbers += 256, blocks += 210) {
        float scales[16], farthest = 0, size = 0;
        for (size_t group = 0; group < 16; group++) {
            scales[group] = best_scale(numbers + 16 * group);
            float here = scales[group] < 0 ? -scales[group] : scales[group];
            if (here > size) size = here, farthest = scales[group];
        }
        float half = as_half(farthest / -128.0f);
        memset(blocks, 0, 210);
        put_half(blocks + 208, half);
        if (half == 0) continue;
        for (size_t group = 0; group < 16; group++) {
            float wanted = between(nearest(between(scales[group] / half, -200, 200)), -128, 127);
            float q[16], best_q[16], best = 0, chosen = 0;
            for (int step = -1; step <= 1; step++) {
                float scale = between(wanted + (float)step, -128, 127);
                float error = group_error(numbers + 16 * group, half * scale, q);
                if (step > -1 && error >= best) continue;
                best = error, chosen = scale;
                memcpy(best_q, q, sizeof q);
            }
            blocks[192 + group] = (uint8_t)(int8_t)chosen;
            for (size_t i = 0; i < 16; i++) {
                size_t index = 16 * group + i;
                uint8_t whole = (uint8_t)((int)best_q[i] + 32);
                blocks[index / 128 * 64 + index % 64] |= (uint8_t)((whole & 15) << (index % 128 / 64 * 4));
                blocks[128 + index / 128 * 32 + index % 32] |= (uint8_t)(whole >> 4 << (index % 128 / 32 * 2));
            }
        }
    }
}

/* ---- Q4_K: 8 groups of 32; a number is half * scale * q - other half * minimum, q of four bits. ---- */

/* Scale and minimum with which 32 numbers, as whole numbers from 0 to 15, are least off; the minimum is what is taken
   off, and not negative. */
INLINE void best_line(const float *numbers, float *scale, float *minimum) {
    float least = numbers[0], most = numbers[0], sums[BLOCK_LANES] = {0};
    for (size_t i = 0; i < 32; i++) {
        least = numbers[i] < least ? numbers[i] : least;
        most = numbers[i] > most ? numbers[i] : most;
        sums[i % BLOCK_LANES] += numbers[i];
    }
    if (least > 0) least = 0;
    *scale = 0, *minimum = -least;
    if (!(most - least > 1e-30f)) return;
    float sum = sum_of_lanes(sums), best = 0;
    int found = 0;
    for (int step = -12; step <= 12; step++) {
        float inverse = (15.0f + 0.1f * (float)step) / (most - least);
        float q1[BLOCK_LANES] = {0}, q2[BLOCK_LANES] = {0}, products[BLOCK_LANES] = {0};
        for (size_t i = 0; i < 32; i += BLOCK_LANES)
            for (size_t lane = 0; lane < BLOCK_LANES; lane++) {
                float q = between(nearest((numbers[i + lane] - least) * inverse), 0, 15);
                q1[lane] += q, q2[lane] += q * q, products[lane] += numbers[i + lane] * q;
            }
        float q = sum_of_lanes(q1), qq = sum_of_lanes(q2), product = sum_of_lanes(products);
        float determinant = 32 * qq - q * q;
        if (!(determinant > 0)) continue;
        float slope = (32 * product - q * sum) / determinant, offset = (qq * sum - q * product) / determinant;
        if (offset > 0) offset = 0, slope = product / qq;
        /* What the squares become less by: 2 (slope product + offset sum) - |slope q + offset|^2. */
        float gain = 2 * (slope * product + offset * sum) -
                     (slope * slope * qq + 2 * slope * offset * q + 32 * offset * offset);
        if (slope > 0 && (!found || gain > best)) best = gain, *scale = slope, *minimum = -offset, found = 1;
    }
}

INLINE float line_error(const float *numbers, float scale, float minimum, float *q) {
    float inverse = scale == 0 ? 0 : 1.0f / scale;
    float errors[BLOCK_LANES] = {0};
    for (size_t i = 0; i < 32; i += BLOCK_LANES)
        for (size_t lane = 0; lane < BLOCK_LANES; lane++) {
            float wanted = between((numbers[i + lane] + minimum) * inverse, -1, 16);
            q[i + lane] = between(nearest(wanted), 0, 15);
            float off = numbers[i + lane] - (scale * q[i + lane] - minimum);
            errors[lane] += off * off;
        }
    return sum_of_lanes(errors);
}

/* Six bits of scale and minimum of group `group` among the 12 bytes of all. */
INLINE void put_six_bits(uint8_t *bytes, size_t group, uint8_t scale, uint8_t minimum) {
    if (group < 4) {
        bytes[group] |= scale;
        bytes[group + 4] |= minimum;
    } else {
        bytes[group + 4] |= (uint8_t)((scale & 15) | (minimum & 15) << 4);
        bytes[group - 4] |= (uint8_t)(scale >> 4 << 6);
        bytes[group] |= (uint8_t)(minimum >> 4 << 6);
    }
}

INLINE void pack_q4_k(const float *numbers, size_t count, uint8_t *blocks) {
    for (size_t block = 0; block < count; block++, numbers += 256, blocks += 144) {
        float scales[8], minima[8];
        for (size_t group = 0; group < 8; group++)
            best_line(numbers + 32 * group, scales + group, minima + group);
        float half = as_half(largest_size(scales, 8) / 63.0f), other = as_half(largest_size(minima, 8) / 63.0f);
        memset(blocks, 0, 144);
        put_half(blocks, half);
        put_half(blocks + 2, other);
        for (size_t group = 0; group < 8; group++) {
            float first = half == 0 ? 0 : between(nearest(between(scales[group] / half, 0, 100)), 0, 63);
            float second = other == 0 ? 0 : between(nearest(between(minima[group] / other, 0, 100)), 0, 63);
            float q[32], best_q[32], best = 0, scale = 0, minimum = 0;
            for (int choice = 0; choice < 9; choice++) {
                float one = between(first + (float)(choice % 3 - 1), 0, 63);
                float two = between(second + (float)(choice / 3 - 1), 0, 63);
                float error = line_error(numbers + 32 * group, half * one, other * two, q);
                if (choice > 0 && error >= best) continue;
                best = error, scale = one, minimum = two;
                memcpy(best_q, q, sizeof q);
            }
            put_six_bits(blocks + 4, group, (uint8_t)scale, (uint8_t)minimum);
            uint8_t *bytes = blocks + 16 + group / 2 * 32;
            for (size_t i = 0; i < 32; i++) bytes[i] |= (uint8_t)((uint8_t)best_q[i] << (group % 2 * 4));
        }
    }
}

COMPILE_KERNEL(focus_pack_q6_k, pack_q6_k, (const float *numbers, size_t count, uint8_t *blocks),
               (numbers, count, blocks))
COMPILE_KERNEL(focus_pack_q4_k, pack_q4_k, (const float *numbers, size_t count, uint8_t *blocks),
               (numbers, count, blocks))
