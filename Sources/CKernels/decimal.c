#include "decimal.h"

#include <string.h>

/* The eight digits of a number, the first one in the lowest byte: halves, quarters and digits are divided side by
   side. */
static uint64_t digits(uint32_t number) {
    uint64_t halves = number / 10000 | (uint64_t)(number % 10000) << 32;
    uint64_t hundreds = (halves * 10486 >> 20) & 0x0000007F0000007F;
    uint64_t quarters = hundreds | (halves - hundreds * 100) << 16;
    uint64_t tens = (quarters * 103 >> 10) & 0x000F000F000F000F;
    return tens | (quarters - tens * 10) << 8;
}

size_t focus_write_decimals(const int32_t *numbers, size_t count, uint8_t *line) {
    uint8_t *end = line;
    for (size_t i = 0; i < count; i++) {
        uint64_t text = digits((uint32_t)numbers[i]);
        /* Zeros in front, at most seven. */
        unsigned zeros = (unsigned)__builtin_ctzll(text | (uint64_t)1 << 56) / 8;
        text = (text | 0x3030303030303030) >> (8 * zeros);
        for (unsigned k = 0; k < 8; k++) end[k] = (uint8_t)(text >> (8 * k));
        end += 8 - zeros;
        *end++ = ' ';
    }
    if (count) end--;
    *end++ = '\n';
    return (size_t)(end - line);
}
