#ifndef FOCUS_MERGES_H
#define FOCUS_MERGES_H

#include <stddef.h>
#include <stdint.h>

/* What a pair of symbols becomes, and how early: lower ranks come first. */
struct focus_merge {
    uint64_t pair;
    uint32_t rank;
    int32_t id;
};

/* The pair of no slot that is in use. */
#define FOCUS_NO_PAIR UINT64_MAX

/* Where in a table of 2^(64 - shift) slots the search for a pair begins. */
static inline size_t focus_merge_slot(uint64_t pair, unsigned shift) {
    __uint128_t product = (__uint128_t)pair * 0x9FB21C651E98DF25;
    return (size_t)(((uint64_t)product ^ (uint64_t)(product >> 64)) >> shift);
}

/* The most symbols of a word that focus_merge_symbols takes. */
#define FOCUS_MERGED_SYMBOLS 64

/* Joins neighbours among `count` symbols, the pair with the lowest rank first, of equal ones the first, but for
   those that become `excluded`; returns how many symbols are left in front. */
size_t focus_merge_symbols(const struct focus_merge *slots, unsigned shift, int32_t excluded, int32_t *symbols,
                           size_t count);

#endif
