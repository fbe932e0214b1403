/* libhdf5, loaded when the first HDF5 file is opened: it brings thirty libraries with it, and most runs of focus open
   none. All other code calls its functions as if they were linked. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CHDF5.h"

/* The functions that this package calls. */
#define FUNCTIONS(DO) \
    DO(H5allocate_memory) DO(H5check_version) DO(H5dont_atexit) DO(H5free_memory) DO(H5get_libversion) DO(H5open) \
    DO(H5Aclose) DO(H5Acreate2) DO(H5Aexists) DO(H5Aget_create_plist) DO(H5Aget_space) DO(H5Aget_type) DO(H5Aiterate2) \
    DO(H5Aopen) DO(H5Aread) \
    DO(H5Awrite) \
    DO(H5Dclose) DO(H5Dcreate2) DO(H5Dget_chunk_info_by_coord) DO(H5Dget_create_plist) DO(H5Dget_num_chunks) \
    DO(H5Dget_offset) DO(H5Dget_space) DO(H5Dget_storage_size) DO(H5Dget_type) DO(H5Dopen2) DO(H5Dread) \
    DO(H5Dvlen_reclaim) DO(H5Dwrite_chunk) \
    DO(H5Eclear2) DO(H5Eset_auto2) DO(H5Ewalk2) \
    DO(H5Fclose) DO(H5Fcreate) DO(H5Fget_create_plist) DO(H5Fopen) \
    DO(H5Gclose) DO(H5Gcreate2) DO(H5Gget_create_plist) DO(H5Gopen2) \
    DO(H5Lget_info) DO(H5Lget_val) DO(H5Literate) DO(H5Lunpack_elink_val) \
    DO(H5Oclose) DO(H5Oget_info_by_name2) DO(H5Oopen) DO(H5Ovisit2) \
    DO(H5Pclose) DO(H5Pcreate) DO(H5Pget_chunk) DO(H5Pget_chunk_opts) DO(H5Pget_external) DO(H5Pget_external_count) \
    DO(H5Pget_filter2) DO(H5Pget_layout) DO(H5Pget_link_creation_order) DO(H5Pget_nfilters) DO(H5Pget_userblock) \
    DO(H5Pget_virtual_count) DO(H5Pget_virtual_dsetname) DO(H5Pget_virtual_filename) DO(H5Pget_virtual_srcspace) \
    DO(H5Pget_virtual_vspace) DO(H5Pset_alignment) DO(H5Pset_alloc_time) DO(H5Pset_char_encoding) DO(H5Pset_chunk) \
    DO(H5Pset_deflate) DO(H5Pset_elink_cb) DO(H5Pset_fill_time) DO(H5Pset_filter) \
    DO(H5Pset_libver_bounds) \
    DO(H5Pset_link_creation_order) DO(H5Pset_obj_track_times) DO(H5Pset_shuffle) \
    DO(H5PLset_loading_state) \
    DO(H5Sclose) DO(H5Screate) DO(H5Screate_simple) DO(H5Sget_select_bounds) DO(H5Sget_select_npoints) \
    DO(H5Sget_select_type) DO(H5Sget_simple_extent_dims) DO(H5Sget_simple_extent_ndims) \
    DO(H5Sget_simple_extent_npoints) DO(H5Sget_simple_extent_type) DO(H5Sselect_hyperslab) \
    DO(H5Tclose) DO(H5Tcopy) DO(H5Tcreate) DO(H5Tdetect_class) DO(H5Tenum_create) DO(H5Tenum_insert) DO(H5Tequal) \
    DO(H5Tget_class) \
    DO(H5Tget_ebias) DO(H5Tget_fields) DO(H5Tget_member_name) DO(H5Tget_member_type) DO(H5Tget_nmembers) \
    DO(H5Tget_norm) DO(H5Tget_order) DO(H5Tget_precision) DO(H5Tget_sign) DO(H5Tget_size) DO(H5Tget_strpad) \
    DO(H5Tget_super) DO(H5Tget_tag) DO(H5Tinsert) DO(H5Tis_variable_str) DO(H5Tset_cset) DO(H5Tset_ebias) \
    DO(H5Tset_fields) DO(H5Tset_size) DO(H5Tset_tag) \
    DO(H5Zfilter_avail) DO(H5Zregister)

/* What stands for a function here: a jump to where the library has it. */
#if defined(__x86_64__)
#define JUMP(place) "jmp *" place "(%rip)\n"
#elif defined(__aarch64__)
#define JUMP(place) "adrp x16, " place "\nldr x16, [x16, :lo12:" place "]\nbr x16\n"
#else
#error "the jump of this processor is not written yet"
#endif
#define STAND_IN(name)                                                      \
    __attribute__((visibility("hidden"), used)) void *focus_place_of_##name; \
    __asm__(".text\n.globl " #name "\n.type " #name ", %function\n" #name ":\n" JUMP("focus_place_of_" #name));
FUNCTIONS(STAND_IN)

#define PLACE(name) {#name, &focus_place_of_##name},
static const struct {
    const char *name;
    void **place;
} functions[] = {FUNCTIONS(PLACE)};

/* All of version 1.10 have this number; Debian keeps the library that is not for MPI under a name of its own. */
static const char *const file_names[] = {"libhdf5_serial.so.103", "libhdf5.so.103"};

static void *library;
static char failure[256];

static void *loaded(void) {
    void *found = NULL;
    /* The library's own lock would keep a file from being replaced while it is open here. It reads this when it starts,
       and all files of a dataset must be opened alike. */
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
    for (size_t i = 0; !found && i < sizeof file_names / sizeof *file_names; i++) {
        found = dlopen(file_names[i], RTLD_NOW | RTLD_LOCAL);
    }
    if (!found) {
        snprintf(
            failure, sizeof failure,
            "it is not on this machine (%s): install it, on Debian with apt-get install libhdf5-103-1", file_names[0]);
        return NULL;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        *functions[i].place = dlsym(found, functions[i].name);
        if (*functions[i].place) continue;
        snprintf(failure, sizeof failure, "it has no function %s", functions[i].name);
        return NULL;
    }
    /* At the end of the process the library would close what damaged files left open, or write what a full disk did not
       take, and crash; our files are closed by then. This must be its first call. */
    unsigned major = 0, minor = 0, release = 0;
    if (H5dont_atexit() < 0) {
        snprintf(failure, sizeof failure, "it cannot be kept from closing files at the end of the process");
        return NULL;
    }
    H5get_libversion(&major, &minor, &release);
    if (major == H5_VERS_MAJOR && minor == H5_VERS_MINOR) return found;
    snprintf(
        failure, sizeof failure, "it is of version %u.%u, and focus was built for %d.%d", major, minor, H5_VERS_MAJOR,
        H5_VERS_MINOR);
    return NULL;
}

int focus_h5_load(void) {
    /* A failure is final: a second try would fail elsewhere and say something else. */
    if (!library && !failure[0]) library = loaded();
    return library ? 0 : -1;
}

const char *focus_h5_load_failure(void) { return library ? NULL : failure; }

hid_t focus_h5_constant(const char *name) {
    const hid_t *constant = library ? dlsym(library, name) : NULL;
    return constant ? *constant : H5I_INVALID_HID;
}
