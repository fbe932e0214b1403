#ifndef C_FAST_TEXT_H
#define C_FAST_TEXT_H

/* fastText is a C++ library that throws; Swift sees this C interface, which catches. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef __clang__
#define _Nullable
#define _Nonnull
#endif

/* What is passed to fastText's trainer; whatever is not named here has fastText's own default. */
typedef struct {
    int32_t dimension, epochs, minimum_count, negatives, window;
    int32_t minimum_ngram, maximum_ngram, buckets;
    int32_t learning_rate_update_rate, threads, seed;
    double learning_rate, sampling_threshold;
} focus_fasttext_parameters;

typedef enum {
    FOCUS_FASTTEXT_TRAINED,
    /* The progress function asked to stop. */
    FOCUS_FASTTEXT_STOPPED,
    /* The input cannot be opened. */
    FOCUS_FASTTEXT_NO_INPUT,
    /* Fewer than two different words reach the minimum count: there is nothing to tell apart. */
    FOCUS_FASTTEXT_TOO_FEW_WORDS,
    /* The numbers grew out of bounds. */
    FOCUS_FASTTEXT_DIVERGED,
    FOCUS_FASTTEXT_NO_MEMORY,
    /* Something else; the message says what. */
    FOCUS_FASTTEXT_FAILED
} focus_fasttext_status;

typedef struct {
    focus_fasttext_status status;
    /* Words in the dictionary, the end of a line included. */
    int32_t words;
    /* Words in the input, ends of lines included. */
    int64_t tokens;
    char message[256];
} focus_fasttext_outcome;

typedef struct focus_fasttext_model focus_fasttext_model;

/* Hears how many of `total` tokens have been seen, all epochs counted; `total` is 0 while the dictionary is made.
   Returns whether to stop. Calls never overlap, but come from different threads. */
typedef int (*focus_fasttext_progress)(void *_Nullable context, int64_t completed, int64_t total);

/* Takes bytes in order; returns whether it failed. */
typedef int (*focus_fasttext_sink)(void *_Nullable context, const void *_Nonnull bytes, size_t count);

/* Trains a continuous-bag-of-words model on the text file `input`, a sentence a line, words between spaces.
   Returns NULL where the outcome is not FOCUS_FASTTEXT_TRAINED. Prints nothing. */
focus_fasttext_model *_Nullable focus_fasttext_train(
    const focus_fasttext_parameters *_Nonnull parameters, const char *_Nonnull input,
    focus_fasttext_progress _Nonnull progress, void *_Nullable context, focus_fasttext_outcome *_Nonnull outcome);

/* Sends the model to `sink` in fastText's file format. With `words_only`, n-grams are left out: each word of the
   dictionary has its final vector as its one row, and the output layer is empty. Returns whether it failed. */
int focus_fasttext_save(
    const focus_fasttext_model *_Nonnull model, int words_only, focus_fasttext_sink _Nonnull sink,
    void *_Nullable context);

void focus_fasttext_free(focus_fasttext_model *_Nullable model);

#ifdef __cplusplus
}
#endif

#endif
