#ifndef FOCUS_CBOW_H
#define FOCUS_CBOW_H

#include <stddef.h>
#include <stdint.h>

/* Continuous bag of words with negative sampling and n-grams, as in fastText (Bojanowski et al. 2017), in rounds.
   In a round each part of the corpus is trained on by itself. It takes the sum of a word's rows when it first meets the
   word, moves that sum, and what the sums have moved by is handed to the rows when the round is over. A part has its own
   copy of the output rows; what the copies have moved by is added up.
   Nothing depends on the number of threads, and every function has the same bits on every processor. */

enum { FOCUS_CBOW_LANES = 16, FOCUS_CBOW_LONGEST_LINE = 1024 };

/* What all parts share. Rows have `stride` floats, a multiple of 16, and begin at multiples of 64 bytes; what is past the
   dimension is 0. */
struct focus_cbow {
    size_t stride;
    uint32_t word_count;
    uint32_t line_end; /* the word that ends a line, or word_count where there is none */
    uint32_t window, negatives;
    float *rows;                     /* of words and of n-grams */
    const uint32_t *row_starts;      /* [word_count + 1]: where the rows of a word begin in row_numbers */
    const uint32_t *row_numbers;     /* which rows are in the sum of a word */
    const uint32_t *keep;            /* a word: kept where 32 random bits are not above */
    const uint32_t *alias_threshold; /* a word: negative samples by the alias method (Walker 1977) */
    const uint32_t *alias;
    const float *sigmoid; /* from focus_cbow_fill_sigmoid */
};

/* What belongs to one part. */
struct focus_cbow_part {
    uint64_t random;   /* the state of its random numbers */
    float *outputs;    /* [word_count, stride] */
    uint32_t *places;  /* [word_count]: where the sum of a word is, UINT32_MAX outside of a round */
    uint32_t *met;     /* [capacity]: the words met in this round */
    float *sums;       /* [capacity, stride]: the sums of their rows */
    float *beginnings; /* [capacity, stride]: the same when they were first met */
    uint32_t met_count;
    void *scratch; /* of focus_cbow_scratch_size bytes, at a multiple of 64 */
};

enum { FOCUS_CBOW_SIGMOID_COUNT = 1025 };
void focus_cbow_fill_sigmoid(float *sigmoid);

size_t focus_cbow_scratch_size(size_t stride, uint32_t negatives);

/* Trains a part on `count` words, at most its capacity, cut into lines after `line_end` and after 1024 words. The learning
   rate falls from `rate` to `last_rate`. */
void focus_cbow_train(const struct focus_cbow *shared, struct focus_cbow_part *part, const uint32_t *words, size_t count,
                      float rate, float last_rate);

/* Hands to the rows what the parts' sums have moved by: of each row the elements from `first` up to `end`, multiples of
   16. */
void focus_cbow_move_rows(const struct focus_cbow *shared, const struct focus_cbow_part *parts, size_t part_count,
                          size_t first, size_t end);

/* Makes a part ready for the next round. */
void focus_cbow_forget(struct focus_cbow_part *part);

/* Adds to the output rows [first, end) what the parts' copies have moved by, and makes the copies equal to them. */
void focus_cbow_merge_outputs(const struct focus_cbow *shared, float *outputs, const struct focus_cbow_part *parts,
                              size_t part_count, size_t first, size_t end);

/* The vector of a word: the mean of its rows. `vector` has `stride` floats. */
void focus_cbow_vector(const struct focus_cbow *shared, uint32_t word, float *vector);

/* Fills `count` floats with random numbers from -bound to bound that depend on (seed, row, place) alone. */
void focus_cbow_fill(uint64_t seed, uint64_t row, float bound, float *target, size_t count);

#endif
