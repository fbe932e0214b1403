/*
 * focus_tensors.h: tensors of any format in memory, part of the interface that focus.h describes. Version 1.
 */
#ifndef FOCUS_TENSORS_H
#define FOCUS_TENSORS_H

#include "focus.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The tensors of a file or a checkpoint: a handle. */
typedef struct focus_tensors focus_tensors;

/* Opens a checkpoint or a tensor file of any format; reads headers only. `settings`: options of `focus inspect` that
   say how files are read: variant, plugin, option, raw-dtype, threads, ... */
int32_t focus_tensors_open(focus_string_v1 path, const focus_setting_v1 *settings, uint64_t count,
                           focus_monitor *monitor, focus_tensors **tensors, focus_problem_v1 *problem);
/* What it holds, as the JSON of `focus inspect`: `tensors` with names, types, shapes and bytes; `metadata`. */
int32_t focus_tensors_describe(const focus_tensors *tensors, focus_text **json, focus_problem_v1 *problem);
/* Copies bytes of the contents of one tensor, counted from 0 in the order of the description, to `place`. Contents are
   in row-major order, numbers little endian. `offset` and `byte_count` begin and end at elements. */
int32_t focus_tensors_read(const focus_tensors *tensors, uint64_t index, uint64_t offset, void *place,
                           uint64_t byte_count, focus_monitor *monitor, focus_problem_v1 *problem);
void focus_tensors_close(focus_tensors *tensors);

/* A tensor to write. */
typedef struct focus_array_v1 {
    focus_string_v1 name;
    focus_string_v1 type;  /* what an element is, as safetensors calls it: "F32", "BF16", "I64", "BOOL", ... */
    const uint64_t *shape; /* may be NULL where rank is 0 */
    uint64_t rank;
} focus_array_v1;

/* Tensors to write to a new file, or to a folder. */
typedef struct focus_write_v1 {
    uint32_t struct_size;               /* set by the caller: its size of this structure */
    uint32_t reserved;                  /* 0 */
    focus_string_v1 path;               /* its ending says the format; without one it is a folder */
    const focus_array_v1 *tensors;
    uint64_t tensor_count;
    const focus_setting_v1 *metadata;
    uint64_t metadata_count;
    const focus_setting_v1 *settings;   /* options of `focus convert`: to, compression, dtype, overwrite, ... */
    uint64_t setting_count;
    void *context;                      /* the first argument of both functions below */
    /* Lends the contents of a tensor, in row-major order: their first byte, or NULL to give up. Called once for each
       tensor, from any thread. */
    const void *(*lend)(void *context, uint64_t index);
    /* Says that they are not needed any more; may be NULL. */
    void (*give_back)(void *context, uint64_t index);
} focus_write_v1;

/* Writes tensors, reads them again and compares; on a failure nothing is left under the name. */
int32_t focus_tensors_write(const focus_write_v1 *job, focus_monitor *monitor, focus_problem_v1 *problem);

#ifdef __cplusplus
}
#endif

#endif
