#ifndef C_SYSTEM_SHIMS_H
#define C_SYSTEM_SHIMS_H

/* renameat2 and its flags are hidden behind _GNU_SOURCE, which Swift's Glibc does not define.
   Each returns 0, or the errno of the failure. */

/* Renames `from` to `to`, refusing (EEXIST) where `to` exists; in several steps where the file system cannot do it in
   one. */
int focus_rename_exclusive(const char *from, const char *to);

/* Exchanges the names of `a` and `b` in one atomic step. */
int focus_rename_exchange(const char *a, const char *b);

/* statx is hidden likewise. Whether something is mounted at `path`; 0 where it cannot be known. */
int focus_is_mount_root(const char *path);

/* Whether names can be moved between the folders `a` and `b`: whether they are of one file system and one mount of it.
   */
int focus_is_same_mount(const char *a, const char *b);

/* Starts writing bytes of a file to disk and does not wait; a hint, so failures are ignored. */
void focus_start_writeback(int descriptor, long long offset, long long count);

/* ioctl takes any number of arguments, which Swift does not import. Makes the empty file `to` share all blocks of the
   file `from` until one of the two changes; returns 0, or the errno of the failure, as on file systems that have no
   such thing. */
int focus_clone(int from, int to);

/* copy_file_range is hidden behind _GNU_SOURCE. Copies bytes of the file `from` to the same place in the file `to`;
   returns how many, or -1. */
long long focus_copy_range(int from, int to, long long offset, long long count);

/* O_TMPFILE is hidden behind _GNU_SOURCE. Makes a file in `folder` that has no name and gets none, readable and
   writable by this user; returns its descriptor, or -1 where the file system knows no such thing. */
int focus_open_nameless(const char *folder);

/* Says that work begins on threads of a pool that this process keeps. */
void focus_threads_begin(void);

/* Whether this process was forked from one that had such threads, so that it has none and gets none. */
int focus_threads_are_lost(void);

/* What a process may use that reads what nobody vouches for. */
struct focus_limits {
    unsigned long long memory;  /* bytes of memory of its own, beyond what it has when it begins */
    unsigned long long address; /* bytes of addresses, mapped files included, beyond the same */
    unsigned seconds;           /* of processor time */
    unsigned files;             /* open at once */
};

/* Starts a copy of this process, which must have one thread, for such work: it gets 0 and writes to `output` and
   `errors`; this one gets its number, or the negative errno of the failure.

   The copy has no other open files and no input. Where the system has seccomp (x86-64 and aarch64) it can make the
   system calls that reading takes and no others: it cannot write to files, change, make or remove them, open
   connections, run programs, signal or look into other processes. The limits hold everywhere. It ends with this
   process. */
int focus_isolate(const struct focus_limits *limits, int output, int errors);

/* dladdr1 is hidden behind _GNU_SOURCE. The file of the shared library that this code is part of, as it was found by
   the loader; NULL where it is part of the program itself. */
const char *focus_library_file(void);

#endif
