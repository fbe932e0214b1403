/* A plug-in that misbehaves in the way that CASE names; see test_hostile_plugins.py. Its files begin with "BAD!". */
#include "focus_plugin.h"
#include <stdlib.h>
#include <string.h>

#define IS(name) (CASE == (int)name)
enum { good = 0, wrong_version, future_version, wrong_size, no_table, no_name, bad_name, taken_name, taken_extension,
       bad_extension, no_recognizes, no_open, bad_flag, bad_type_bit, write_without_types, folder_without_owner,
       null_list, million_tensors, null_name, ugly_name, same_name, twin_name, long_rank, null_shape, huge_axis,
       overflow, wrong_size_of_tensor, bad_type, past_end, far_offset, overlap, no_read, bad_part, part_outside,
       part_absolute, part_missing, metadata_twice, metadata_ugly, too_few, too_many, null_bytes, endless,
       too_few_after_error, silent_error, long_error, bad_error, ignores_stop, write_nothing, write_folder,
       forgets_tensor, asks_twice, asks_wrong, no_sink, ignores_failure, write_fails, shards, tensor_flags, crashes,
       exits };

static uint64_t axes[] = {4, 4};
static uint64_t large[] = {UINT64_MAX, 1};
static uint64_t product[] = {1ull << 40, 1ull << 40};
static const char bytes[64] = "0123456789abcdefghijklmnopqrstuvwxyz";
static const char *const parts[] = {IS(part_outside) ? "../secret" : IS(part_absolute) ? "/etc/passwd" : "x.bad",
    "not-there.bad"};
static const char *const shard_parts[] = {"one.bad", "two.bad", "bad.index.json"};
static focus_pair_v1 metadata[] = {{"key", 3, "a", 1}, {"key", 3, "b", 1}, {"ugly", 4, "\xFF", 1}};
static focus_tensor_v1 tensors[] = {
    {"first", 5, FOCUS_U8, 2, axes, 16, FOCUS_NONE, 0, 0, NULL, 0},
    {"second", 6, FOCUS_U8, 2, axes, 16, 16, 0, 0, NULL, 0},
};

static int32_t recognizes(const uint8_t *prefix, uint64_t count) {
    return count >= 4 && memcmp(prefix, "BAD!", 4) == 0;
}

/* A folder whose index names two of its files. */
static int32_t recognizes_folder(const char *path) {
    char index[4096];
    snprintf(index, sizeof index, "%s/bad.index.json", path);
    FILE *file = fopen(index, "rb");
    if (file) fclose(file);
    return file != NULL;
}

static int32_t owns(const char *name) { return strcmp(name, "x") == 0; }

static int32_t open_file(const char *path, const focus_options_v1 *options, focus_file_v1 *file,
    focus_error_v1 *error) {
    (void)path, (void)options;
    if (IS(silent_error)) return FOCUS_ERROR_INVALID_HEADER;
    if (IS(bad_error)) return focus_fail(error, -7, "bad\n\x1b[31m\xFFnews.");
    if (IS(long_error)) {
        memset(error->message, 'x', sizeof error->message);
        error->tensor = 12345;
        return 99;
    }
    if (IS(crashes) || IS(exits)) { /* where one byte is not what it should be */
        char start[24];
        FILE *stream = fopen(path, "rb");
        size_t count = stream ? fread(start, 1, sizeof start, stream) : 0;
        if (stream) fclose(stream);
        if (count < sizeof start || !recognizes((const uint8_t *)start, count))
            return focus_fail(error, FOCUS_ERROR_UNRECOGNIZED, "is no bad file");
        if (start[20] != '4' && IS(exits)) exit(0);
        if (start[20] != '4') abort();
    }
    file->tensor_count = IS(million_tensors) ? UINT64_MAX : 2;
    file->tensors = IS(null_list) ? NULL : tensors;
    if (IS(null_name)) tensors[0].name = NULL;
    if (IS(ugly_name)) tensors[0].name = "fir\xC3t";
    if (IS(same_name)) tensors[0] = tensors[1];
    if (IS(twin_name)) {
        tensors[0].name = "\xC3\xA9", tensors[0].name_length = 2;
        tensors[1].name = "e\xCC\x81", tensors[1].name_length = 3;
    }
    if (IS(long_rank)) tensors[0].rank = 4000000000u;
    if (IS(null_shape)) tensors[0].shape = NULL;
    if (IS(huge_axis)) tensors[0].shape = large;
    if (IS(overflow)) tensors[0].shape = product, tensors[0].byte_count = 0;
    if (IS(wrong_size_of_tensor)) tensors[0].byte_count = 17;
    if (IS(bad_type)) tensors[0].element_type = 22;
    if (IS(tensor_flags)) tensors[1].flags = 0xFF00;
    if (IS(past_end)) tensors[1].file_offset = 50;
    if (IS(far_offset)) tensors[1].file_offset = UINT64_MAX - 3;
    if (IS(overlap)) tensors[0].file_offset = 8;
    if (IS(bad_part)) tensors[1].part = 1;
    if (IS(part_outside) || IS(part_absolute) || IS(part_missing)) file->part_count = 2, file->parts = parts;
    if (IS(shards)) {
        file->part_count = 3, file->parts = shard_parts;
        tensors[0].file_offset = 16, tensors[1].part = 1;
        tensors[0].stored_type = "Q8_bad";
    }
    if (IS(metadata_twice)) file->metadata_count = 2, file->metadata = metadata;
    if (IS(metadata_ugly)) file->metadata_count = 1, file->metadata = metadata + 2;
    return FOCUS_OK;
}

static int32_t read_bytes(const focus_file_v1 *file, uint64_t tensor, uint64_t offset, uint64_t count,
    const focus_sink_v1 *sink,
                          focus_error_v1 *error) {
    (void)file, (void)tensor;
    if (IS(null_bytes)) return sink->send(sink->context, NULL, count);
    if (IS(endless)) {
        int32_t status = FOCUS_OK;
        for (int i = 0; i < 1000; i++) status = sink->send(sink->context, bytes, UINT64_MAX - 1);
        return status;
    }
    if (IS(too_few_after_error)) return focus_fail(error, FOCUS_ERROR_TRUNCATED, "has a hole");
    if (IS(ignores_stop)) {
        sink->send(sink->context, bytes, count + 1);
        sink->send(sink->context, bytes, count);
        return FOCUS_OK;
    }
    return sink->send(sink->context, bytes + offset, count - IS(too_few) + IS(too_many));
}

static int32_t take(void *file, const void *data, uint64_t count) {
    if (IS(write_fails)) return FOCUS_ERROR_SYSTEM;
    fwrite(data, 1, count, file);
    return FOCUS_OK;
}

static int32_t write_file(const focus_job_v1 *job, focus_error_v1 *error) {
    FILE *file = fopen(job->path, "wb");
    focus_sink_v1 sink = {file, IS(no_sink) ? NULL : take};
    fwrite("BAD!", 1, 4, file);
    int32_t status = FOCUS_OK;
    for (uint64_t i = 0; i < job->tensor_count && status == FOCUS_OK; i++) {
        if (!IS(forgets_tensor)) status = job->send_contents(job, IS(asks_wrong) ? 77 : i, &sink);
        if (IS(asks_twice)) status = job->send_contents(job, i, &sink);
        if (IS(ignores_failure)) status = FOCUS_OK;
    }
    fclose(file);
    if (IS(write_nothing)) remove(job->path);
    if (IS(write_fails)) return focus_fail(error, status, "cannot be written: the disk is made of cheese");
    return status;
}

#if CASE == 999
void nothing_to_see(void);
void nothing_to_see(void) {}
#else
static focus_plugin_v1 table = {
    FOCUS_PLUGIN_ABI_VERSION, sizeof(focus_plugin_v1), "bad", "a bad one", "bad", "", "mood: how it feels",
    FOCUS_ALL_TYPES, 0, 0, recognizes, NULL, owns, open_file, read_bytes, NULL, write_file};

const focus_plugin_v1 *focus_plugin_entry(uint32_t abi_version) {
    (void)abi_version;
    if (IS(wrong_version)) table.abi_version = 0;
    if (IS(future_version)) table.abi_version = 2;
    if (IS(wrong_size)) table.struct_size = 8;
    if (IS(no_table)) return NULL;
    if (IS(no_name)) table.name = NULL;
    if (IS(bad_name)) table.name = "../Bad";
    if (IS(taken_name)) table.name = "hdf5";
    if (IS(taken_extension)) table.extensions = "bad,safetensors";
    if (IS(bad_extension)) table.extensions = "../x";
    if (IS(no_recognizes)) table.recognizes = NULL;
    if (IS(no_open)) table.open = NULL;
    if (IS(shards)) table.recognizes_folder = recognizes_folder;
    if (IS(no_read)) table.read = NULL;
    if (IS(crashes) || IS(exits)) table.write = NULL, table.element_types = 0;
    if (IS(bad_flag)) table.flags = 0x80000000u;
    if (IS(bad_type_bit)) table.element_types = 1ull << 40;
    if (IS(write_without_types)) table.element_types = 0;
    if (IS(folder_without_owner)) table.flags = FOCUS_FOLDER, table.owns_file = NULL;
    return &table;
}
#endif
