#ifndef C_HDF5_H
#define C_HDF5_H

#if __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#else
#include <hdf5.h>
#endif
#include <stddef.h>
#include <stdint.h>

/* Loads libhdf5, once. Returns a negative number where it cannot be had; focus_h5_error then says why. */
int focus_h5_load(void);

/* Why libhdf5 cannot be had; NULL where it was loaded. */
const char *focus_h5_load_failure(void);

/* A type or a class of properties that the library keeps in a variable: its macros would need the variable linked. */
hid_t focus_h5_constant(const char *name);
static inline hid_t focus_h5_ieee_f32(void) { return focus_h5_constant("H5T_IEEE_F32LE_g"); }
static inline hid_t focus_h5_ieee_f64(void) { return focus_h5_constant("H5T_IEEE_F64LE_g"); }
static inline hid_t focus_h5_c_string(void) { return focus_h5_constant("H5T_C_S1_g"); }
static inline hid_t focus_h5_native_double(void) { return focus_h5_constant("H5T_NATIVE_DOUBLE_g"); }
static inline hid_t focus_h5_native_int64(void) { return focus_h5_constant("H5T_NATIVE_INT64_g"); }
static inline hid_t focus_h5_dataset_creation(void) { return focus_h5_constant("H5P_CLS_DATASET_CREATE_ID_g"); }
static inline hid_t focus_h5_group_creation(void) { return focus_h5_constant("H5P_CLS_GROUP_CREATE_ID_g"); }
static inline hid_t focus_h5_file_creation(void) { return focus_h5_constant("H5P_CLS_FILE_CREATE_ID_g"); }
static inline hid_t focus_h5_file_access(void) { return focus_h5_constant("H5P_CLS_FILE_ACCESS_ID_g"); }
static inline hid_t focus_h5_link_creation(void) { return focus_h5_constant("H5P_CLS_LINK_CREATE_ID_g"); }
static inline hid_t focus_h5_attribute_creation(void) { return focus_h5_constant("H5P_CLS_ATTRIBUTE_CREATE_ID_g"); }
static inline hid_t focus_h5_link_access(void) { return focus_h5_constant("H5P_CLS_LINK_ACCESS_ID_g"); }

/* A signed or unsigned little-endian integer of `size` bytes. */
hid_t focus_h5_integer(size_t size, int is_signed);

/* Constants that are macros with casts. */
static inline hid_t focus_h5_default(void) { return H5P_DEFAULT; }
static inline unsigned focus_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline hid_t focus_h5_all(void) { return H5S_ALL; }
static inline unsigned focus_h5_exclusive(void) { return H5F_ACC_EXCL; }
static inline haddr_t focus_h5_undefined_address(void) { return HADDR_UNDEF; }
static inline size_t focus_h5_variable_length(void) { return H5T_VARIABLE; }
static inline unsigned focus_h5_creation_order(void) { return H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED; }

/* The version that this was built with, as in "1.10.8". */
static inline const char *focus_h5_version(void) { return &H5_VERS_INFO[sizeof "HDF5 library version: " - 1]; }

/* The registered number of the zstd filter. */
enum { FOCUS_H5_ZSTD = 32015 };

/* The largest number of elements of an attribute of text that is read. */
enum { FOCUS_H5_MOST_TEXTS = 1 << 20 };

/* Loads the library, registers the zstd filter, keeps plug-ins from being loaded, and silences the printing of errors
   on this thread. Call it before each use. Returns a negative number on failure. */
int focus_h5_prepare(void);

/* The largest number of bytes that the zstd filter unpacks a chunk to; set it before a read. */
void focus_h5_limit_chunk(size_t bytes);

/* Writes the first bytes of all elements of `width` bytes among the `size` bytes at `from`, then the second bytes, and
   so on; what is no whole element stays at the end. `to` has as much room and overlaps nothing. */
void focus_h5_shuffle(const uint8_t *from, size_t size, size_t width, uint8_t *to);

/* The inverse. */
void focus_h5_unshuffle(const uint8_t *from, size_t size, size_t width, uint8_t *to);

/* Copies what the innermost function of the error stack says into `buffer`, and clears the stack. */
void focus_h5_error(char *buffer, size_t size);

/* Whether `group` keeps the order in which its links were made. */
int focus_h5_keeps_order(hid_t group);

/* Calls `body` with the name of each link in `group`, in the order of creation where it was kept, else by name.
   A non-zero result of `body` ends the walk and is returned. */
int focus_h5_each_link(hid_t group, void *context, int (*body)(void *context, const char *name));

/* Calls `body` with the name of each attribute of `object`. */
int focus_h5_each_attribute(hid_t object, void *context, int (*body)(void *context, const char *name));

/* Gives `to` the attribute `name` of `from`, of whatever type, and in whatever files the two are. 1 where it cannot
   have it: a reference, or more bytes than any attribute has; negative on failure. */
int focus_h5_copy_attribute(hid_t from, hid_t to, const char *name);

/* Calls `take` with the bytes of the attribute `name` of `object`, unless it has none, or texts or lists of any length.
   */
int focus_h5_attribute_bytes(hid_t object, const char *name, void *context, void (*take)(void *, const void *, size_t));

/* What a link is: 0 a group, 1 a dataset, 2 a soft link, 3 an external or user-defined link, 4 anything else; negative
   on failure. `address` becomes the object's place in the file. */
int focus_h5_link_kind(hid_t group, const char *name, haddr_t *address);

/* What is at `path` from `place` on, soft links followed but none into another file: as above, and negative where there
   is nothing. */
int focus_h5_target_kind(hid_t place, const char *path, haddr_t *address);

/* Copies where an external link leads to buffers of `size` bytes each. Negative where it is no such link, or they are
   too small. */
int focus_h5_external_target(hid_t group, const char *name, char *file, char *path, size_t size);

/* Tries, in a process of its own, whether the library gets through the description of everything in the file at `path`:
   it is known to crash or to go round in circles on damaged files. `seconds` of processor time are enough for any sound
   one. 0 where it does, 1 where the text of an attribute cannot be had in reasonable memory, 2 where it does not, 3
   where something in it cannot be opened in reasonable memory, or at all, 4 where the file itself cannot,
   FOCUS_H5_STALLED where the process waits without end. */
int focus_h5_survives(const char *path, unsigned seconds);

/* Reads what H5Dread would, `size` bytes, in a process of its own that may take `room` bytes more than this one: the
   library is known to crash on damaged contents too. 0 on success; 1 where it fails, and `message` says why; 2 where
   the process did not live that long, FOCUS_H5_STALLED where it waits without end. */
int focus_h5_read(
    hid_t set, hid_t type, hid_t memory, hid_t space, size_t room, char *message, size_t message_size,
    void *buffer, size_t size);

/* What `focus_h5_end_of` returns for a process that it had to end. */
#define FOCUS_H5_STALLED 5

/* How the child `process` ended: the status it exited with, or 2 where it was ended by a signal. Where it sleeps,
   without any work, through `looks` looks in a row, `interval` milliseconds apart, it is killed: FOCUS_H5_STALLED. */
int focus_h5_end_of(int process, int interval, int looks);

#endif
