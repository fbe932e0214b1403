#ifndef FOCUS_DECIMAL_H
#define FOCUS_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

/* Writes numbers in decimal, with a space between two and a line feed behind the last, and returns how many bytes
   that takes. Each number is in 0..<100000000. There must be room for 9 bytes a number and 8 more. */
size_t focus_write_decimals(const int32_t *numbers, size_t count, uint8_t *line);

#endif
