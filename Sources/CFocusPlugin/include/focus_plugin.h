/*
 * focus_plugin.h: tensor formats from outside, version 1.
 *
 * A plug-in is a shared object that adds one tensor format to focus. It exports one symbol, `focus_plugin_entry`, which
 * returns one table, `focus_plugin_v1`. This header is all it needs: copy it.
 *
 *     cc -std=c11 -shared -fPIC -fvisibility=hidden -o toy.so toy.c
 *     focus inspect weights.toy --plugin ./toy.so
 *
 * (-std=c11 hides what is POSIX's and not C's, as fstat, mmap and strdup: define _POSIX_C_SOURCE as 200809L, or
 * use gnu11.)
 *
 * WHAT A PLUG-IN DOES. To read, two functions are enough: `recognizes` looks at the first bytes of a file, and `open`
 * reads its header, and no more unless it must, and lists what is in it. Where a tensor lies in a file as it is (little
 * endian, row by row, nothing between elements), `open` says in which file and at which byte, and focus reads it. Only
 * contents that must be unpacked, turned or converted need `read`. A plug-in that writes has `write`. Everything else
 * may be NULL or zero.
 *
 * WHO OWNS WHAT. What a plug-in is given (paths, options, descriptions, sinks, the error) belongs to focus and is valid
 * until the function returns. What a plug-in lists belongs to the plug-in and stays valid until `close`. The table and
 * its texts are valid for ever: they are static, and a plug-in is never unloaded. Nobody frees what is another's.
 *
 * THREADS. `recognizes`, `recognizes_folder`, `owns_file`, `open` and `write` may be called by several threads at once:
 * keep no global state that changes. For one open file, calls come one at a time, unless the table says FOCUS_THREADS:
 * then `read` may be called for one open file by several threads at once. `close` comes last, alone, and only after an
 * `open` that returned FOCUS_OK. While `write` runs, files that were opened by the same plug-in may be read by the same
 * thread (when a file is converted to its own format): do not hold a lock that `read` takes, too, while calling `send`.
 *
 * FILES. What a path given to `open` names is a regular file, or a folder that `recognizes_folder` took; of other parts
 * of a model, look yourself. `long` holds any position that fseek and ftell know. A file that is mapped and becomes
 * shorter ends the process with a signal, where one that is read gives an error: map what need not be read whole.
 *
 * ERRORS. A function that fails returns one of FOCUS_ERROR_* and says in `error` what was found, what was expected and
 * the cure: one sentence of UTF-8, without the file's name, which focus puts before it, without the byte, where
 * `byte_offset` says it, and without a full stop. In `read`, and in `write` where `tensor` says which, focus
 * puts the tensor's name before it, too; in `open`, which has listed none yet, name it yourself. Control characters and
 * bad UTF-8 become harmless. People see the sentence alone; the status is for programs, and for a message that is
 * empty. A contradiction in the file, be it a checksum, is FOCUS_ERROR_INVALID_HEADER; a version, a flag or a value
 * of an option that is not known, FOCUS_ERROR_UNSUPPORTED. `focus_fail` and `focus_fail_at` below do it in one line.
 * Never print, exit, abort, change the working folder or let a C++ exception out. Signals and locale are not yours to
 * change.
 *
 * WHAT IS CHECKED. focus checks all answers as if they came from a file: element types and shapes must be possible, a
 * shape must give `byte_count`, what lies in a file must lie inside of it (an empty tensor, too) and, without
 * FOCUS_OVERLAPS, not share bytes with another tensor; names must be different and well-formed UTF-8 (empty ones and
 * control characters are names), and so must the keys of metadata; values must be UTF-8; `read` must send exactly what
 * was asked for. It knows nothing of a header or trailer: contents that reach into those, padding, versions and
 * checksums are the plug-in's to look after. Nobody looks at contents: a BOOL of 2 is copied like any byte, and `focus
 * verify` tells. What cannot be checked are pointers: a plug-in is code, and runs with the rights of whoever loads it.
 *
 * Sizes and offsets of version 1 never change (see the assertions below). All of it is for 64-bit machines.
 * `const char *`
 * is text that ends with a zero byte, unless a length stands beside it.
 */
#ifndef FOCUS_PLUGIN_H
#define FOCUS_PLUGIN_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. */
#define FOCUS_PLUGIN_ABI_VERSION 1

/* The one symbol that a plug-in exports. */
#define FOCUS_PLUGIN_ENTRY_NAME "focus_plugin_entry"

/* No tensor, no byte, no place. */
#define FOCUS_NONE 0xFFFFFFFFFFFFFFFFul

/* What one element is: as safetensors names it. Elements of less than a byte are packed. */
enum focus_element_type {
    FOCUS_BOOL = 0, /* one byte, 0 or 1; not checked */
    FOCUS_U8 = 1,
    FOCUS_I8 = 2,
    FOCUS_F8_E4M3 = 3,
    FOCUS_F8_E5M2 = 4,
    FOCUS_F8_E8M0 = 5,
    FOCUS_F8_E4M3FNUZ = 6,
    FOCUS_F8_E5M2FNUZ = 7,
    FOCUS_F4 = 8,
    FOCUS_F6_E2M3 = 9,
    FOCUS_F6_E3M2 = 10,
    FOCUS_U16 = 11,
    FOCUS_I16 = 12,
    FOCUS_F16 = 13,
    FOCUS_BF16 = 14,
    FOCUS_U32 = 15,
    FOCUS_I32 = 16,
    FOCUS_F32 = 17,
    FOCUS_U64 = 18,
    FOCUS_I64 = 19,
    FOCUS_F64 = 20,
    FOCUS_C64 = 21 /* complex of two F32 */
};

/* All element types, as a set: bit t stands for type t. */
#define FOCUS_ALL_TYPES 0x3FFFFFu

/* What a function returns. FOCUS_ERROR_UNRECOGNIZED is for `open`, of a file that is something else. */
enum focus_status {
    FOCUS_OK = 0,
    FOCUS_ERROR_SYSTEM = 1,         /* the operating system refused: the message says what strerror says */
    FOCUS_ERROR_UNRECOGNIZED = 2,   /* not a file of this format */
    FOCUS_ERROR_TRUNCATED = 3,      /* the file ends before what it promises */
    FOCUS_ERROR_INVALID_HEADER = 4, /* the file contradicts itself */
    FOCUS_ERROR_INVALID_TENSOR = 5, /* a tensor is impossible */
    FOCUS_ERROR_UNSUPPORTED = 6,    /* the file, or what is to be written, needs what the plug-in cannot do */
    FOCUS_ERROR_MEMORY = 7,         /* no memory */
    FOCUS_ERROR_STOPPED = 8         /* `send` did not return FOCUS_OK: return what it returned */
};

/* Why something failed. Belongs to focus, which fills in the first three fields and an empty message before each call.
   */
typedef struct focus_error_v1 {
    uint32_t struct_size;  /* set by focus: its size of this structure */
    uint32_t reserved;     /* 0 */
    uint64_t tensor;       /* the tensor that it is about, counted from 0; FOCUS_NONE at first. Of no use in `open` */
    /* the first byte of the file that is wrong, printed behind the message; FOCUS_NONE at first */
    uint64_t byte_offset;
    char message[1000];    /* the sentence; ends with a zero byte */
} focus_error_v1;

/* A text and its name. */
typedef struct focus_pair_v1 {
    const char *key;       /* UTF-8; what focus gives ends with a zero byte, too */
    uint64_t key_length;   /* in bytes, without that */
    const char *value;     /* the same */
    uint64_t value_length;
} focus_pair_v1;

/* For one tensor, set in `flags`: to read a range, all that is before it must be read, too (as with one compressed
   stream). */
#define FOCUS_TENSOR_SEQUENTIAL 0x1u

/* A tensor without its contents. */
typedef struct focus_tensor_v1 {
    const char *name;        /* UTF-8, unique; what focus gives ends with a zero byte, too */
    uint64_t name_length;    /* in bytes, without that; may be 0 */
    uint32_t element_type;   /* one of focus_element_type */
    uint32_t rank;           /* the number of axes, up to 64; 0 is a scalar */
    const uint64_t *shape;   /* the sizes of the axes, row-major; may be NULL where rank is 0 */
    uint64_t byte_count;     /* the size of the contents: product of the shape times the size of an element. Where the
                                file says it, give that, and it is checked; FOCUS_NONE: what the shape gives. Known
                                in `write` */
    uint64_t file_offset;    /* where the contents begin in the file `part`; FOCUS_NONE: `read` gives them. Do not
                                leave it 0, which is the beginning of the file. Not used in `write` */
    uint32_t part;           /* which of the parts of the open file holds them; 0 where there are none */
    uint32_t flags;          /* FOCUS_TENSOR_*; other bits are 0 */
    /* what the file calls its elements, where that is not element_type ("Q4_K"); may be NULL */
    const char *stored_type;
    uint64_t reserved;       /* 0 */
} focus_tensor_v1;

/* What takes bytes. `send` may be called any number of times, with any number of bytes, in order; the bytes must be
   valid until it returns. Where it does not return FOCUS_OK, stop at once and return what it returned. */
typedef struct focus_sink_v1 {
    void *context; /* the first argument of `send` */
    int32_t (*send)(void *context, const void *bytes, uint64_t count);
} focus_sink_v1;

/* Settings that the user gave with --option KEY=VALUE, in the order given; only keys that the table lists come through.
   A key may come twice: the last one counts, as `focus_option` below has it. Never NULL where a function takes it. */
typedef struct focus_options_v1 {
    uint64_t count;
    const focus_pair_v1 *pairs;
} focus_options_v1;

/* An open file. Belongs to focus, all zero but struct_size; `open` fills it in, and what it points to is the plug-in's.
   focus changes nothing in it: `read` and `close` find it as `open` left it. */
typedef struct focus_file_v1 {
    uint32_t struct_size;           /* set by focus: its size of this structure */
    uint32_t reserved;              /* 0 */
    void *state;                    /* whatever `read` and `close` need; may be NULL */
    uint64_t tensor_count;
    const focus_tensor_v1 *tensors; /* in the order of the file's list, which people see; contents may lie otherwise */
    uint64_t metadata_count;
    const focus_pair_v1 *metadata;  /* keys are unique */
    uint64_t part_count;            /* 0: the opened file is all there is, and is part 0 */
    const char *const *parts;       /* all files that belong to it, an index too: paths relative to the folder that was
                                       opened, or to the folder of the file that was opened; never outside of it */
} focus_file_v1;

/* How contents are compressed. */
enum focus_compression {
    FOCUS_COMPRESSION_NONE = 0,
    FOCUS_COMPRESSION_GZIP = 1, /* deflate, level 1 to 9 */
    FOCUS_COMPRESSION_ZSTD = 2  /* level 1 to 22 */
};

/* What is to be written. All of it belongs to focus. */
typedef struct focus_job_v1 {
    uint32_t struct_size;    /* set by focus: its size of this structure */
    uint32_t compression;    /* one of focus_compression, of those that the table lists */
    int32_t level;           /* of the compression */
    uint32_t reserved;       /* 0 */
    const char *path; /* a file that does not exist yet, or, with FOCUS_FOLDER, an empty folder that does. The name is a
                           temporary one that means nothing: focus forces what was written to disk and gives it its name
                                when `write` returned FOCUS_OK, and removes it when not */
    uint64_t tensor_count;   /* names are unique, element types are of those that the table lists */
    const focus_tensor_v1 *tensors;
    uint64_t metadata_count;
    const focus_pair_v1 *metadata; /* in the order of their keys */
    const focus_options_v1 *options;
    /* Sends the contents of tensor number `tensor` to `sink`, in as many pieces as they come; to be called once for
       each tensor, in any order, by the thread that `write` was called by. Where it does not return FOCUS_OK, stop and
       return what it returned: focus knows why. */
    int32_t (*send_contents)(const struct focus_job_v1 *job, uint64_t tensor, const focus_sink_v1 *sink);
    void *host; /* of focus */
} focus_job_v1;

/* What the format can do; for `flags` of the table. */
#define FOCUS_THREADS 0x1u  /* `read` may be called for one open file by several threads at once */
#define FOCUS_FOLDER 0x2u   /* what is written is a folder of files, without folders in it */
#define FOCUS_OVERLAPS 0x4u /* tensors may share bytes of a file; without it that is an error in the file */
#define FOCUS_METADATA 0x8u /* `write` has a place for metadata; without it focus refuses to write any */
#define FOCUS_ONE_TENSOR 0x10u /* a file is one tensor, and does not keep its name; focus refuses to write several */

/* The table: one tensor format. Static; make it with all fields not mentioned zero. */
typedef struct focus_plugin_v1 {
    uint32_t abi_version;    /* FOCUS_PLUGIN_ABI_VERSION */
    uint32_t struct_size;    /* sizeof(focus_plugin_v1) */
    /* what people type after --to: at most 32 of a-z, 0-9, '_' and '-'; begins with a letter */
    const char *name;
    const char *summary;     /* what the files are, in a few words */
    const char *extensions;  /* endings of files without the dot, separated by commas: "bin,pt"; may be empty */
    const char *compressions; /* what can be written: "", "gzip", "zstd" or "gzip,zstd"; may be NULL */
    const char *options;     /* keys that --option may set, a line each: "key: what it does"; may be NULL */
    uint64_t element_types;  /* the types that can be written: bit t stands for type t, FOCUS_ALL_TYPES for all; what is
                                only read leaves it 0 */
    uint32_t flags;          /* FOCUS_THREADS and others */
    uint32_t reserved;       /* 0 */

    /* Whether a file that begins with these bytes (up to 4096, all of the file where it is shorter) looks like this
       format: 1 yes, 0 no. Be sure: a plug-in must not take files of other formats. Go by the mark, not by the version:
       `open` says better which it knows. */
    int32_t (*recognizes)(const uint8_t *prefix, uint64_t count);

    /* Whether this folder holds one model in this format, for models of several files or with other files of the same
       ending beside: 1 yes, 0 no. `open` is then given the folder. May be NULL: no folder. */
    int32_t (*recognizes_folder)(const char *path);

    /* Whether a file called so in a folder that `write` made is one of the format's own, so that the folder may be
       replaced as a whole: 1 yes, 0 no. Required with FOCUS_FOLDER and `write`. */
    int32_t (*owns_file)(const char *file_name);

    /* Opens the file (or the folder that was recognised) and fills in `file`. Checks all of the header: what is listed
       is believed to be there. It is given files, too, that `recognizes` was not asked about or refused, as any with
       one of the extensions: look at the mark again, and answer FOCUS_ERROR_UNRECOGNIZED. Reads of the contents what it
       must, as for a checksum that was asked for: people expect it to be quick. Where it fails it leaves nothing
       behind; `close` is not called then. */
    int32_t (*open)(const char *path, const focus_options_v1 *options, focus_file_v1 *file, focus_error_v1 *error);

    /* Sends the bytes from `offset` on, `count` of them, of the contents of tensor number `tensor` to `sink`: exactly
       those. Called for tensors whose file_offset is FOCUS_NONE only, with count > 0 and the range inside of the
       tensor; it begins and ends between elements (F6: between four of them), never inside of one. May be NULL where
       there are no such tensors. */
    int32_t (*read)(const focus_file_v1 *file, uint64_t tensor, uint64_t offset, uint64_t count,
                    const focus_sink_v1 *sink,
                    focus_error_v1 *error);

    /* Frees what `open` made. May be NULL where that is nothing. */
    void (*close)(focus_file_v1 *file);

    /* Writes a new file (or into a new folder). NULL: the format is only read. */
    int32_t (*write)(const focus_job_v1 *job, focus_error_v1 *error);
} focus_plugin_v1;

#if defined(_WIN32)
#define FOCUS_PLUGIN_EXPORT __declspec(dllexport)
#else
#define FOCUS_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

/* The one function that a plug-in exports: the table for `abi_version` (1), or NULL where it does not know that
   version. */
FOCUS_PLUGIN_EXPORT const focus_plugin_v1 *focus_plugin_entry(uint32_t abi_version);

/* ---- Help for plug-ins; not part of the interface between plug-in and focus. ---- */

/* The size of one element in bits; 0 for what is no element type. */
static inline uint32_t focus_element_bits(uint32_t element_type) {
    static const uint8_t bits[] = {8, 8, 8, 8, 8, 8, 8, 8, 4, 6, 6, 16, 16, 16, 16, 32, 32, 32, 64, 64, 64, 64};
    return element_type < sizeof bits ? bits[element_type] : 0;
}

/* The size of the contents of a tensor in bytes; FOCUS_NONE for what is no element type, or no file can hold. */
static inline uint64_t focus_byte_count(uint32_t element_type, uint32_t rank, const uint64_t *shape) {
    uint64_t bits = focus_element_bits(element_type);
    int empty = 0;
    for (uint32_t axis = 0; axis < rank; axis++) {
        if (shape[axis] == 0) empty = 1;
        else if (bits > INT64_MAX / shape[axis]) return FOCUS_NONE;
        else bits *= shape[axis];
    }
    return bits == 0 ? FOCUS_NONE : empty ? 0 : bits / 8;
}

/* Writes a sentence into `error` as printf does, and returns `status`:
   `return focus_fail(error, FOCUS_ERROR_..., "...")`. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static inline int32_t focus_fail(focus_error_v1 *error, int32_t status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

/* The same for what is wrong at byte `byte` of the file. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
static inline int32_t focus_fail_at(focus_error_v1 *error, uint64_t byte, int32_t status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    error->byte_offset = byte;
    return status;
}

/* What the user set `key` to, or NULL. */
static inline const char *focus_option(const focus_options_v1 *options, const char *key) {
    for (uint64_t i = options->count; i > 0; i--)
        if (strcmp(options->pairs[i - 1].key, key) == 0) return options->pairs[i - 1].value;
    return NULL;
}

/* `count` items of `size` bytes, all zero, that are freed with all others of the chain that begins at `*chain` (NULL at
   first): what `open` lists needs one call of focus_free then, where it fails and in `close`. NULL where there is no
   memory. Compare the count with the size of the file before. */
static inline void *focus_allocate(void **chain, uint64_t count, uint64_t size) {
    void **block =
        size == 0 || count <= (SIZE_MAX - 16) / size ? (void **)calloc(1, (size_t)(16 + count * size)) : NULL;
    if (block == NULL) return NULL;
    *block = *chain;
    *chain = block;
    return block + 2;
}

static inline void focus_free(void **chain) {
    while (*chain != NULL) {
        void *next = *(void **)*chain;
        free(*chain);
        *chain = next;
    }
}

/* A file that is read from front to back. */
typedef struct focus_reader {
    FILE *file;
    /* the byte that is read next, and the number of all; who goes elsewhere with fseek sets `at`, too */
    uint64_t at, size;
    void **chain;      /* where what is allocated for it goes */
} focus_reader;

/* Opens a file, to be closed with fclose(reader->file): 1, or 0 with errno set and `file` NULL. */
static inline int focus_reader_open(focus_reader *reader, const char *path, void **chain) {
    long size = -1;
    reader->chain = chain;
    reader->file = fopen(path, "rb");
    if (reader->file != NULL && fseek(reader->file, 0, SEEK_END) == 0) size = ftell(reader->file);
    if (size >= 0 && fseek(reader->file, 0, SEEK_SET) != 0) size = -1;
    if (size < 0 && reader->file != NULL) {
        fclose(reader->file);
        reader->file = NULL;
    }
    reader->at = 0;
    reader->size = size < 0 ? 0 : (uint64_t)size;
    return size >= 0;
}

/* The next `count` bytes: 1, or 0 where the file has not so many. */
static inline int focus_read(focus_reader *reader, void *bytes, uint64_t count) {
    if (count > reader->size - reader->at || fread(bytes, 1, (size_t)count, reader->file) != count) return 0;
    reader->at += count;
    return 1;
}

/* The next number of `width` bytes, up to 8, little endian: 1, or 0 where the file ends before. */
static inline int focus_read_number(focus_reader *reader, uint32_t width, uint64_t *number) {
    uint8_t bytes[8];
    *number = 0;
    if (width > sizeof bytes || !focus_read(reader, bytes, width)) return 0;
    while (width-- > 0) *number = *number << 8 | bytes[width];
    return 1;
}

/* The next `count` numbers of `width` bytes in a list of their own, as a shape: NULL where the file or the memory ends
   before. */
static inline uint64_t *focus_read_numbers(focus_reader *reader, uint32_t width, uint64_t count) {
    uint64_t *numbers = NULL;
    if (width > 0 && count <= (reader->size - reader->at) / width)
        numbers = (uint64_t *)focus_allocate(reader->chain, count, sizeof *numbers);
    for (uint64_t i = 0; numbers != NULL && i < count; i++)
        if (!focus_read_number(reader, width, &numbers[i])) return NULL;
    return numbers;
}

/* The next `length` bytes with a zero byte behind them, as a name: NULL where the file or the memory ends before. */
static inline char *focus_read_text(focus_reader *reader, uint64_t length) {
    char *text = NULL;
    if (length <= reader->size - reader->at) text = (char *)focus_allocate(reader->chain, length + 1, 1);
    return text != NULL && focus_read(reader, text, length) ? text : NULL;
}

/* ---- Frozen. ---- */

#ifdef __cplusplus
#define FOCUS_FROZEN(condition) static_assert(condition, #condition)
#else
#define FOCUS_FROZEN(condition) _Static_assert(condition, #condition)
#endif
FOCUS_FROZEN(sizeof(void *) == 8);
FOCUS_FROZEN(sizeof(focus_error_v1) == 1024);
FOCUS_FROZEN(offsetof(focus_error_v1, tensor) == 8 && offsetof(focus_error_v1, byte_offset) == 16);
FOCUS_FROZEN(offsetof(focus_error_v1, message) == 24);
FOCUS_FROZEN(sizeof(focus_pair_v1) == 32);
FOCUS_FROZEN(offsetof(focus_pair_v1, key_length) == 8 && offsetof(focus_pair_v1, value) == 16);
FOCUS_FROZEN(offsetof(focus_pair_v1, value_length) == 24);
FOCUS_FROZEN(sizeof(focus_tensor_v1) == 72);
FOCUS_FROZEN(offsetof(focus_tensor_v1, name_length) == 8 && offsetof(focus_tensor_v1, element_type) == 16);
FOCUS_FROZEN(offsetof(focus_tensor_v1, rank) == 20 && offsetof(focus_tensor_v1, shape) == 24);
FOCUS_FROZEN(offsetof(focus_tensor_v1, byte_count) == 32 && offsetof(focus_tensor_v1, file_offset) == 40);
FOCUS_FROZEN(offsetof(focus_tensor_v1, part) == 48 && offsetof(focus_tensor_v1, flags) == 52);
FOCUS_FROZEN(offsetof(focus_tensor_v1, stored_type) == 56 && offsetof(focus_tensor_v1, reserved) == 64);
FOCUS_FROZEN(sizeof(focus_sink_v1) == 16 && offsetof(focus_sink_v1, send) == 8);
FOCUS_FROZEN(sizeof(focus_options_v1) == 16 && offsetof(focus_options_v1, pairs) == 8);
FOCUS_FROZEN(sizeof(focus_file_v1) == 64 && offsetof(focus_file_v1, state) == 8);
FOCUS_FROZEN(offsetof(focus_file_v1, tensor_count) == 16 && offsetof(focus_file_v1, tensors) == 24);
FOCUS_FROZEN(offsetof(focus_file_v1, metadata_count) == 32 && offsetof(focus_file_v1, metadata) == 40);
FOCUS_FROZEN(offsetof(focus_file_v1, part_count) == 48 && offsetof(focus_file_v1, parts) == 56);
FOCUS_FROZEN(sizeof(focus_job_v1) == 80 && offsetof(focus_job_v1, compression) == 4);
FOCUS_FROZEN(offsetof(focus_job_v1, level) == 8 && offsetof(focus_job_v1, path) == 16);
FOCUS_FROZEN(offsetof(focus_job_v1, tensor_count) == 24 && offsetof(focus_job_v1, tensors) == 32);
FOCUS_FROZEN(offsetof(focus_job_v1, metadata_count) == 40 && offsetof(focus_job_v1, metadata) == 48);
FOCUS_FROZEN(offsetof(focus_job_v1, options) == 56 && offsetof(focus_job_v1, send_contents) == 64);
FOCUS_FROZEN(offsetof(focus_job_v1, host) == 72);
FOCUS_FROZEN(sizeof(focus_plugin_v1) == 120 && offsetof(focus_plugin_v1, struct_size) == 4);
FOCUS_FROZEN(offsetof(focus_plugin_v1, name) == 8 && offsetof(focus_plugin_v1, summary) == 16);
FOCUS_FROZEN(offsetof(focus_plugin_v1, extensions) == 24 && offsetof(focus_plugin_v1, compressions) == 32);
FOCUS_FROZEN(offsetof(focus_plugin_v1, options) == 40 && offsetof(focus_plugin_v1, element_types) == 48);
FOCUS_FROZEN(offsetof(focus_plugin_v1, flags) == 56 && offsetof(focus_plugin_v1, recognizes) == 64);
FOCUS_FROZEN(offsetof(focus_plugin_v1, recognizes_folder) == 72 && offsetof(focus_plugin_v1, owns_file) == 80);
FOCUS_FROZEN(offsetof(focus_plugin_v1, open) == 88 && offsetof(focus_plugin_v1, read) == 96);
FOCUS_FROZEN(offsetof(focus_plugin_v1, close) == 104 && offsetof(focus_plugin_v1, write) == 112);
#undef FOCUS_FROZEN

#ifdef __cplusplus
}
#endif

#endif
