#include "blocks.h"
#include "block_parts.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

/* A half, 32 signed bytes. Halves of a step are rounded away from zero. */
INLINE void pack_q8_0(const float *numbers, size_t count, uint8_t *blocks) {
    for (size_t block = 0; block < count; block++, numbers += 32, blocks += 34) {
        float scale = largest_size(numbers, 32) / 127.0f;
        float inverse = scale == 0 ? 0 : 1.0f / scale;
        put_half(blocks, scale);
        for (size_t i = 0; i < 32; i++) {
            float number = numbers[i] * inverse;
            float size = number < 0 ? -number : number;
            float whole = (float)(int32_t)size;
            int32_t rounded = (int32_t)(whole + (float)(int32_t)(2 * (size - whole)));
            blocks[2 + i] = (uint8_t)(int8_t)(number < 0 ? -rounded : rounded);
        }
    }
}

/* What numbers are divided by, so that the one farthest from zero becomes -`half`. */
INLINE float one_sided_scale(const float *numbers, int half) {
    float farthest = 0, size = 0;
    for (size_t i = 0; i < 32; i++) {
        float here = numbers[i] < 0 ? -numbers[i] : numbers[i];
        if (here > size) size = here, farthest = numbers[i];
    }
    return farthest / (float)-half;
}

/* `number` times `inverse` from -`half` on, as a whole number from 0 to 2 `half` - 1; in floats, as ggml has it. */
INLINE uint8_t one_sided(float number, float inverse, int half) {
    float shifted = number * inverse + ((float)half + 0.5f);
    int32_t whole = (int32_t)shifted;
    return (uint8_t)(whole < 0 ? 0 : whole > 2 * half - 1 ? 2 * half - 1 : whole);
}

/* A half, 16 bytes of two numbers, the second of which is 16 places on. */
INLINE void pack_q4_0(const float *numbers, size_t count, uint8_t *blocks) {
    for (size_t block = 0; block < count; block++, numbers += 32, blocks += 18) {
        float scale = one_sided_scale(numbers, 8), inverse = scale == 0 ? 0 : 1.0f / scale;
        put_half(blocks, scale);
        for (size_t i = 0; i < 16; i++)
            blocks[2 + i] =
                (uint8_t)(one_sided(numbers[i], inverse, 8) | one_sided(numbers[i + 16], inverse, 8) << 4);
    }
}

/* A half, the fifth bits of all numbers, 16 bytes of the other bits of two. */
INLINE void pack_q5_0(const float *numbers, size_t count, uint8_t *blocks) {
    for (size_t block = 0; block < count; block++, numbers += 32, blocks += 22) {
        float scale = one_sided_scale(numbers, 16), inverse = scale == 0 ? 0 : 1.0f / scale;
        put_half(blocks, scale);
        uint32_t fifths = 0;
        for (size_t i = 0; i < 16; i++) {
            uint8_t low = one_sided(numbers[i], inverse, 16), high = one_sided(numbers[i + 16], inverse, 16);
            fifths |= (uint32_t)(low >> 4) << i | (uint32_t)(high >> 4) << (i + 16);
            blocks[6 + i] = (uint8_t)((low & 15) | (high & 15) << 4);
        }
        memcpy(blocks + 2, &fifths, 4);
    }
}

COMPILE_KERNEL(focus_pack_q8_0, pack_q8_0, (const float *numbers, size_t count, uint8_t *blocks),
               (numbers, count, blocks))
COMPILE_KERNEL(focus_pack_q4_0, pack_q4_0, (const float *numbers, size_t count, uint8_t *blocks),
               (numbers, count, blocks))
COMPILE_KERNEL(focus_pack_q5_0, pack_q5_0, (const float *numbers, size_t count, uint8_t *blocks),
               (numbers, count, blocks))
