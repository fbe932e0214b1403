#ifndef FOCUS_CBOW_MODEL_H
#define FOCUS_CBOW_MODEL_H

#include "cbow.h"
#include "dispatch.h"

enum { LANES = 16, SHARES = FOCUS_CBOW_SHARES, NOTED_SHARES = FOCUS_CBOW_NOTED_SHARES };
enum { SIGMOID_STEPS = 1024, SIGMOID_BOUND = 8 };

/* 16 floats, in as many registers as they take. */
typedef float lanes __attribute__((vector_size(LANES * 4), aligned(64)));

/* An entry of Walker's alias table: `other` is drawn where 32 random bits are not below the threshold. */
struct alias {
    uint32_t threshold, other;
};

struct block;

/* A group of rows that a part is to move, and the slot of the word whose rows it has moved. */
struct entry {
    uint32_t group, slot;
};

/* The moves of output rows that a part has noted in a round. */
struct noted {
    uint32_t *slots; /* [word_count]: the slot of a word's move, UINT32_MAX for none */
    uint32_t *met;   /* the word of each slot */
    float *moves;    /* [slots, stride] */
    uint32_t met_count;
    uint32_t *target_slots[2]; /* [negatives + 1] */
    /* What is to be added after the round, share by share: slots of output rows, and entries of groups. */
    uint32_t *outputs, output_starts[NOTED_SHARES + 1];
    struct entry *groups;
    uint32_t group_starts[NOTED_SHARES + 1];
};

struct part {
    uint64_t random;   /* the state of its random numbers */
    float *outputs;    /* [word_count, stride]; none where moves are noted */
    struct noted noted;
    uint32_t *slots;   /* [word_count]: the slot of a word's sum, UINT32_MAX for words that were not met */
    uint32_t *met;     /* [capacity]: the word of each slot */
    float *sums;       /* [capacity, stride]: the sum of its rows */
    float *first_sums; /* [capacity, stride]: the same when the word was first met */
    uint32_t met_count;
    float *hidden, *gradient; /* [stride] */
    float *scores;            /* [negatives + 1], and room to a multiple of 4 */
    uint32_t *targets[2];     /* [negatives + 1] */
    uint32_t *line;           /* [FOCUS_CBOW_LONGEST_LINE]: the words of a line that are kept */
    uint32_t *line_slots;     /* the slots of their sums */
};

/* Rows have `stride` floats, a multiple of 16, and begin at multiples of 64 bytes; what is past the dimension is 0. */
struct focus_cbow {
    struct focus_cbow_settings settings;
    /* Copies of the arrays that focus_cbow_make was given. */
    uint32_t *words, *starts, *groups, *row_counts, *row_groups, *keep;
    uint64_t *row_names;
    struct alias *aliases;   /* [word_count] */
    float *group_sizes;      /* [group_count]: the number of their rows */
    uint32_t *shared_groups; /* the groups of each word, share by share */
    uint32_t *share_starts;  /* [word_count, SHARES], and one more: where the groups of a share begin */
    size_t stride;
    float *sums, *first_sums; /* [group_count, stride]: of the rows of each group, now and at first */
    float *outputs;
    float *output_moves, *group_moves; /* [word_count], [group_count]: how often a token is expected to move a row */
    float *sigmoid; /* [SIGMOID_STEPS + 1], from -SIGMOID_BOUND to SIGMOID_BOUND */
    struct part *parts;
    struct block *blocks; /* the memory of all arrays */
};

/* splitmix64 (Steele, Lea & Flood 2014). */
INLINE uint64_t scrambled(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

INLINE uint64_t next_random(uint64_t *state) { return scrambled(*state += 0x9E3779B97F4A7C15); }

#endif
