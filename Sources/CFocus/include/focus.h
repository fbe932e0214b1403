/*
 * focus.h: a new vocabulary for a pretrained model, from any language that can call C. Version 1.
 *
 * The library is libswiftfocus.so; `-lswiftfocus` is all it takes to link. Examples/FromC is a whole program.
 * focus_tensors.h has what reads and writes tensors of any format.
 *
 * HANDLES. Tokenizers, corpora, plans, monitors and texts are handles: made by a function here, given back with the
 * function that ends in `_close`, which takes NULL, too. A plan outlives what it was made of.
 *
 * TEXT is UTF-8 with its length in bytes beside it, and need not end with a zero byte. What the caller passes in need
 * be there only until the function returns.
 *
 * ERRORS. A function that can fail returns FOCUS_STATUS_OK or another focus_outcome, and then says in `problem`, which
 * may be NULL, what was found, what was expected and the cure: one sentence without a full stop, and a word for
 * programs. What it would have made is then NULL. Nothing is printed, nothing exits.
 *
 * THREADS. All functions may be called from any thread, and several at once, on one handle too: only `_close` must come
 * last. Work uses all cores unless it is told how many; the result is the same on any number. A monitor stops the work
 * it was given to from any thread. Signals, locale and working folder stay as they are. After a fork the child may
 * go on with what the parent opened, on one thread if the parent had used several; temporary files stay the parent's.
 *
 * FILES. Temporary ones are in TMPDIR, or /tmp, and gone when their handle is closed. Nothing uses the network.
 *
 * GROWTH. Sizes and offsets of version 1 never change (focus.c asserts them). Whoever passes a structure sets
 * `struct_size` to the size that it was compiled with, and everything that is not used to zero. Machines are 64-bit and
 * little endian.
 */
#ifndef FOCUS_H
#define FOCUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. */
#define FOCUS_API_VERSION 1

/* A total that is not known. */
#define FOCUS_UNKNOWN 0xFFFFFFFFFFFFFFFFul

/* What a function returns; as the command's exit codes. */
enum focus_outcome {
    FOCUS_STATUS_OK = 0,
    FOCUS_STATUS_FAILED = 1,    /* what was read or written stands in the way; for `diff` and `verify`, see focus_run */
    FOCUS_STATUS_USAGE = 64,    /* what was asked for makes no sense */
    FOCUS_STATUS_STOPPED = 130  /* a monitor was cancelled, or a callback did not want to go on */
};

/* What one element of a table is; the numbers are those of focus_plugin.h. */
enum focus_number {
    FOCUS_NUMBER_F16 = 13,
    FOCUS_NUMBER_BF16 = 14,
    FOCUS_NUMBER_F32 = 17,
    FOCUS_NUMBER_F64 = 20
};

/* Where a target row comes from. */
enum focus_row_kind {
    FOCUS_ROW_COPY = 0,    /* one source row, as it is */
    FOCUS_ROW_COMBINE = 1, /* a weighted mean of source rows */
    FOCUS_ROW_SAMPLE = 2,  /* drawn from the distribution of the source's columns */
    FOCUS_ROW_MEAN = 3,    /* the mean of the source's rows */
    FOCUS_ROW_PIECES = 4,  /* a weighted mean of the rows of the token's pieces */
    FOCUS_ROW_MIX = 5,     /* several weighted means, each brought to one length first */
    FOCUS_ROW_PROMPT = 6,  /* the plain mean of a prompt's pieces */
    FOCUS_ROW_BLEND = 7,   /* the plain mean of a weighted mean and of the token's pieces */
    FOCUS_ROW_GIVEN = 8    /* what the user said */
};

/* Text: UTF-8, not ended by a zero byte. */
typedef struct focus_string_v1 {
    const char *bytes; /* may be NULL where length is 0 */
    uint64_t length;   /* in bytes */
} focus_string_v1;

/* Why something failed. */
typedef struct focus_problem_v1 {
    uint32_t struct_size;  /* set by the caller: its size of this structure */
    int32_t status;        /* what the function returned */
    char code[56];         /* a word: "option", "missing", "system", "truncated", ... */
    char message[4032];    /* the sentence; ends with a zero byte */
} focus_problem_v1;

/* An option of the command without its dashes, and its value; a flag has an empty value. */
typedef struct focus_setting_v1 {
    focus_string_v1 name;
    focus_string_v1 value;
} focus_setting_v1;

/* Who hears what happens on the way. Both functions may be NULL, and may be called from any thread, several at once. */
typedef struct focus_listener_v1 {
    uint32_t struct_size;  /* set by the caller: its size of this structure */
    uint32_t reserved;     /* 0 */
    void *context;         /* the first argument of both */
    /* How far a stage is; `total` may be FOCUS_UNKNOWN. */
    void (*progress)(void *context, focus_string_v1 stage, uint64_t completed, uint64_t total);
    /* A sentence that the user should read: a note or a warning. */
    void (*tell)(void *context, focus_string_v1 sentence);
} focus_listener_v1;

/* How far the work is, for those who would rather look than listen. */
typedef struct focus_progress_v1 {
    uint32_t struct_size;  /* set by the caller: its size of this structure */
    uint32_t reserved;     /* 0 */
    uint64_t completed;
    uint64_t total;        /* FOCUS_UNKNOWN where nobody knows */
    char stage[104];       /* ends with a zero byte; empty before the first stage */
} focus_progress_v1;

/* Rows in the caller's memory: a table of embeddings, an output layer, or a bias, which has one column. */
typedef struct focus_table_v1 {
    uint32_t struct_size;   /* set by the caller: its size of this structure */
    uint32_t number;        /* one of focus_number */
    void *elements;         /* the first; a source is only read */
    uint64_t rows;
    uint64_t columns;
    int64_t row_stride;     /* bytes from row to row; 0: one after the other. Of a source it may be negative */
    int64_t column_stride;  /* bytes from column to column; 0: one after the other. Of a target nothing else */
} focus_table_v1;

typedef struct focus_monitor focus_monitor;
typedef struct focus_tokenizer focus_tokenizer;
typedef struct focus_corpus focus_corpus;
typedef struct focus_plan focus_plan;
typedef struct focus_text focus_text;

/* The version of the interface that the library has: FOCUS_API_VERSION, or a later one that has all of it. */
uint32_t focus_api_version(void);
/* The version of the library, as "0.1.0"; ends with a zero byte and is valid for ever. */
const char *focus_library_version(void);

/* A monitor; `listener` may be NULL. One monitor may watch several pieces of work, one after the other. */
focus_monitor *focus_monitor_open(const focus_listener_v1 *listener);
/* Asks the work to stop at the next good moment, with nothing left behind. A signal handler may call it. */
void focus_monitor_cancel(focus_monitor *monitor);
int32_t focus_monitor_progress(focus_monitor *monitor, focus_progress_v1 *progress);
void focus_monitor_close(focus_monitor *monitor);

/* The bytes of a text that a function made, with a zero byte behind them; valid until it is closed. */
const char *focus_text_bytes(const focus_text *text, uint64_t *length);
void focus_text_close(focus_text *text);

/* A tokenizer: a folder as save_pretrained writes it, or a tokenizer file. */
int32_t focus_tokenizer_open(focus_string_v1 path, focus_tokenizer **tokenizer, focus_problem_v1 *problem);
/* A tokenizer from the text of a tokenizer.json. */
int32_t focus_tokenizer_open_json(focus_string_v1 json, focus_tokenizer **tokenizer, focus_problem_v1 *problem);
/* The number of ids, the highest one plus 1. */
uint64_t focus_tokenizer_size(const focus_tokenizer *tokenizer);
/* Where it can be read from while it is open, for focus_run. */
int32_t focus_tokenizer_path(const focus_tokenizer *tokenizer, focus_text **path, focus_problem_v1 *problem);
void focus_tokenizer_close(focus_tokenizer *tokenizer);

/* Text of the target language: files, folders and patterns as --corpus takes them. `field` names the field of JSON
   lines that holds the text; empty for "text". Files are looked at when they are read. */
int32_t focus_corpus_open(const focus_string_v1 *paths, uint64_t count, focus_string_v1 field, focus_corpus **corpus,
                          focus_problem_v1 *problem);
/* Documents from a callback, which gives one after the other and is called by this thread until this function returns:
   1 for a document in `document`, 0 for the end, -1 to give up. They go to a temporary file, not to memory. */
int32_t focus_corpus_open_documents(int32_t (*next)(void *context, focus_string_v1 *document), void *context,
                                    focus_corpus **corpus, focus_problem_v1 *problem);
/* Where such documents can be read from while the corpus is open, for focus_run. */
int32_t focus_corpus_path(const focus_corpus *corpus, focus_text **path, focus_problem_v1 *problem);
void focus_corpus_close(focus_corpus *corpus);

/* What a plan is made of. */
typedef struct focus_plan_job_v1 {
    uint32_t struct_size;             /* set by the caller: its size of this structure */
    uint32_t flags;                   /* FOCUS_PLAN_* */
    const focus_tokenizer *source;    /* NULL: that of `model` */
    const focus_tokenizer *target;
    const focus_corpus *corpus;       /* may be NULL */
    focus_string_v1 model;            /* a checkpoint, for methods that run it; may be empty */
    const focus_table_v1 *embeddings; /* without a model: its table, so that rows which were never trained lend nothing;
                                         may be NULL. Nothing of it is kept */
    const focus_setting_v1 *settings; /* options of `focus specialize`: method, auxiliary, match, seed, threads, ... */
    uint64_t setting_count;
} focus_plan_job_v1;

/* Without a model: it predicts the next token, so that rows keep their length. */
#define FOCUS_PLAN_CAUSAL 0x1u

/* Makes a plan: for each target token, the source rows that its row is made of. `monitor` may be NULL. */
int32_t focus_plan_make(const focus_plan_job_v1 *job, focus_monitor *monitor, focus_plan **plan,
                        focus_problem_v1 *problem);
/* Reads a plan that was saved here or by `focus specialize --save-plan`. */
int32_t focus_plan_open(focus_string_v1 path, focus_plan **plan, focus_problem_v1 *problem);
/* Writes it, in the place of what is there, as `--save-plan` does. */
int32_t focus_plan_save(const focus_plan *plan, focus_string_v1 path, focus_problem_v1 *problem);
void focus_plan_close(focus_plan *plan);

/* A plan as a sparse matrix in compressed rows; belongs to the plan. */
typedef struct focus_plan_arrays_v1 {
    uint32_t struct_size;     /* set by the caller: its size of this structure */
    uint32_t reserved;        /* 0 */
    uint64_t rows;            /* target rows */
    uint64_t source_rows;     /* source rows: sources are below */
    const uint8_t *kinds;     /* [rows], each one of focus_row_kind */
    const int64_t *offsets;   /* [rows + 1]: where the terms of each row begin; the last is the number of terms */
    const int32_t *sources;   /* [terms] source rows */
    const double *weights;    /* [terms]; 1 in each row, and in each part of a mixed one */
} focus_plan_arrays_v1;

int32_t focus_plan_arrays(const focus_plan *plan, focus_plan_arrays_v1 *arrays, focus_problem_v1 *problem);
/* What the plan is, as JSON: method, seed, counts by kind, tensors that have rows of their own. */
int32_t focus_plan_describe(const focus_plan *plan, focus_text **json, focus_problem_v1 *problem);
/* Where a token's row comes from, as JSON; `token` as its tokenizer writes it, or "#17" for an id. */
int32_t focus_plan_explain(const focus_plan *plan, focus_string_v1 token, focus_text **json,
                           focus_problem_v1 *problem);

/* Rows to make. */
typedef struct focus_apply_v1 {
    uint32_t struct_size;          /* set by the caller: its size of this structure */
    uint32_t flags;                /* FOCUS_APPLY_* */
    const focus_table_v1 *source;  /* the model's rows, one a source token; more are padding */
    const focus_table_v1 *target;  /* gets the new rows; more than the plan has are drawn. Any other number type */
    focus_string_v1 tensor;        /* which tensor of the model this is, where the plan has rows of its own for it */
    uint64_t threads;              /* 0: all cores */
} focus_apply_v1;

/* Rows past the source's tokens count in what rows are drawn from, as in the reference package. */
#define FOCUS_APPLY_ALL_ROWS 0x1u

/* Makes rows. Copied rows have the bits of the source's; of the rest, sums are in double precision, rounded once. */
int32_t focus_plan_apply(const focus_plan *plan, const focus_apply_v1 *job, focus_monitor *monitor,
                         focus_problem_v1 *problem);

/* Does what a command of `focus` does, in this process: "specialize", "inspect", "diff", "verify", "convert",
   "explain", ... with the command's own arguments. With "--json" the answer is JSON, and what is made may be NULL where
   nobody wants it. `diff` that finds a difference and `verify` that finds a fault return FOCUS_STATUS_FAILED and have
   an answer. */
int32_t focus_run(const focus_string_v1 *arguments, uint64_t count, focus_monitor *monitor, focus_text **answer,
                  focus_problem_v1 *problem);

#ifdef __cplusplus
}
#endif

#endif
