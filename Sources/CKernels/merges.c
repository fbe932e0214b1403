#include "merges.h"

#include <string.h>

static const uint32_t NONE = UINT32_MAX;

/* The merge of two neighbours; its rank is NONE where there is none. */
struct joint {
    uint32_t rank;
    int32_t id;
};

static struct joint joint(const struct focus_merge *slots, unsigned shift, int32_t excluded, const int32_t *symbols) {
    uint64_t pair = (uint64_t)(uint32_t)symbols[0] << 32 | (uint32_t)symbols[1];
    size_t mask = SIZE_MAX >> shift;
    for (size_t slot = focus_merge_slot(pair, shift);; slot = (slot + 1) & mask) {
        if (slots[slot].pair == FOCUS_NO_PAIR) break;
        if (slots[slot].pair != pair) continue;
        if (slots[slot].id == excluded) break;
        return (struct joint){slots[slot].rank, slots[slot].id};
    }
    return (struct joint){NONE, 0};
}

size_t focus_merge_symbols(const struct focus_merge *slots, unsigned shift, int32_t excluded, int32_t *symbols,
                           size_t count) {
    struct joint joints[FOCUS_MERGED_SYMBOLS];
    for (size_t i = 0; i + 1 < count; i++) joints[i] = joint(slots, shift, excluded, symbols + i);
    while (count > 1) {
        size_t first = 0;
        for (size_t i = 1; i + 1 < count; i++)
            if (joints[i].rank < joints[first].rank) first = i;
        if (joints[first].rank == NONE) break;
        symbols[first] = joints[first].id;
        count--;
        /* Joint `first` goes with the symbol behind it. */
        memmove(symbols + first + 1, symbols + first + 2, (count - first - 1) * sizeof *symbols);
        if (first + 1 < count) {
            memmove(joints + first + 1, joints + first + 2, (count - first - 2) * sizeof *joints);
            joints[first] = joint(slots, shift, excluded, symbols + first);
        }
        if (first > 0) joints[first - 1] = joint(slots, shift, excluded, symbols + first - 1);
    }
    return count;
}
