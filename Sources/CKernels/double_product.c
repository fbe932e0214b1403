#include "product_tile.h"

#include <string.h>

typedef void tile_function(const double *, const double *, size_t, double *);
typedef tile_function tile_portable_function, tile_avx2_function, tile_avx512_function;
typedef double two __attribute__((ext_vector_type(2)));
DEFINE_TILES_OF_6(tile_portable, , double, two, MULTIPLIED)
#ifdef HAS_X86
typedef double four __attribute__((ext_vector_type(4)));
typedef double eight __attribute__((ext_vector_type(8)));
DEFINE_TILES_OF_6(tile_avx2, TARGET_AVX2, double, four, FUSED_MULTIPLIED)
DEFINE_TILES_OF_14(tile_avx512, TARGET_AVX512, double, eight, FUSED_MULTIPLIED)
#endif

/* Copies numbers that follow one another after `step` numbers, from number `first` of a factor on, to places `spread`
   apart. */
INLINE void widen(const struct focus_factor *factor, size_t first, size_t step, size_t count, double *target,
                  size_t spread) {
    if (factor->type == FOCUS_NUMBERS_F32) {
        const float *numbers = (const float *)factor->numbers + first;
        if (step == 1 && spread == 1)
            for (size_t i = 0; i < count; i++) target[i] = numbers[i];
        else
            for (size_t i = 0; i < count; i++) target[i * spread] = numbers[i * step];
    } else {
        const double *numbers = (const double *)factor->numbers + first;
        if (step == 1 && spread == 1)
            memcpy(target, numbers, count * sizeof *target);
        else
            for (size_t i = 0; i < count; i++) target[i * spread] = numbers[i * step];
    }
}

/* Copies a rectangle of a factor to target[along * along_spread + across * across_spread]. The inner loop goes where
   the numbers lie side by side. */
INLINE void pack(const struct focus_factor *factor, size_t start, size_t length, size_t first, size_t count,
                 size_t along_spread, size_t across_spread, double *target) {
    size_t origin = start * factor->along + first * factor->across;
    if (factor->along == 1)
        for (size_t i = 0; i < count; i++)
            widen(factor, origin + i * factor->across, 1, length, target + i * across_spread, along_spread);
    else
        for (size_t k = 0; k < length; k++)
            widen(factor, origin + k * factor->along, factor->across, count, target + k * along_spread, across_spread);
}

INLINE void add_tile(const double *sums, size_t width, size_t rows, size_t columns, int sign, double *result,
                     size_t stride) {
    for (size_t row = 0; row < rows; row++, sums += width, result += stride) {
        if (sign > 0)
            for (size_t column = 0; column < columns; column++) result[column] += sums[column];
        else if (sign < 0)
            for (size_t column = 0; column < columns; column++) result[column] -= sums[column];
        else
            memcpy(result, sums, columns * sizeof *sums);
    }
}

INLINE void multiply_doubles(tile_function *const *tiles, size_t tile_rows, size_t width,
                             const struct focus_factor *left, size_t rows, const struct focus_factor *right,
                             size_t columns, size_t depth, int sign, double *result, size_t stride, double *scratch) {
    double *panels = scratch, *group = panels + FOCUS_PRODUCT_BLOCK * FOCUS_PRODUCT_DEPTH;
    double *sums = group + 16 * ROW_STRIDE;
    size_t start = 0;
    do {
        size_t length = depth - start < FOCUS_PRODUCT_DEPTH ? depth - start : FOCUS_PRODUCT_DEPTH;
        for (size_t column = 0; column < columns; column += width) {
            size_t present = columns - column < width ? columns - column : width;
            double *panel = panels + column * length;
            if (present < width) memset(panel, 0, width * length * sizeof *panel);
            pack(right, start, length, column, present, width, 1, panel);
        }
        for (size_t first = 0; first < rows; first += tile_rows) {
            size_t present = rows - first < tile_rows ? rows - first : tile_rows;
            pack(left, start, length, first, present, 1, ROW_STRIDE, group);
            for (size_t row = present; row < tile_rows; row++)
                memset(group + row * ROW_STRIDE, 0, length * sizeof *group);
            for (size_t column = 0; column < columns; column += width) {
                tiles[present](group, panels + column * length, length, sums);
                add_tile(sums, width, present, columns - column < width ? columns - column : width,
                         sign == 0 && start > 0 ? 1 : sign, result + first * stride + column, stride);
            }
        }
        start += length;
    } while (start < depth);
}

#define MULTIPLY(SUFFIX, TARGET, TILE_ROWS, WIDTH)                                                                    \
    TARGET static void multiply_doubles_##SUFFIX(const struct focus_factor *left, size_t rows,                        \
                                                 const struct focus_factor *right, size_t columns, size_t depth,      \
                                                 int sign, double *result, size_t stride, double *scratch) {          \
        multiply_doubles(tile_##SUFFIX, TILE_ROWS, WIDTH, left, rows, right, columns, depth, sign, result, stride,    \
                         scratch);                                                                                    \
    }
MULTIPLY(portable, , 6, 4)
ON_X86(MULTIPLY(avx2, TARGET_AVX2, 6, 8))
ON_X86(MULTIPLY(avx512, TARGET_AVX512, 14, 16))

DEFINE_KERNEL(focus_multiply_doubles,
              (const struct focus_factor *left, size_t rows, const struct focus_factor *right, size_t columns,
               size_t depth, int sign, double *result, size_t stride, double *scratch),
              (left, rows, right, columns, depth, sign, result, stride, scratch), multiply_doubles_portable,
              FROM_AVX2(multiply_doubles_avx2) FROM_AVX512(multiply_doubles_avx512))
