/* Stands between a program and its storage (LD_PRELOAD): counts the steps that change files, notes them down, and
   breaks the one that it is told to. Only paths below a root count, so that a library's own files do not.

     STORAGE_ROOT=FOLDER     below which steps count (absolute, without symbolic links)
     STORAGE_TRACE=FILE      gets a record of every step that succeeded: see `struct record`
     STORAGE_KILL=N          the process kills itself with SIGKILL instead of doing step N, counted from 0
     STORAGE_FAIL=N:ERRNO    step N fails with this error, and so does every later one that writes
     STORAGE_ONCE=1          ... only step N
     STORAGE_PLAIN=1         a file system whose rename knows no flags: neither exchange nor refusal to replace
     STORAGE_FIXED=FOLDER    this folder cannot be renamed, as where a disk is mounted */
#include "storage_shim.h"

/* ---- Opening and making ---- */

static int open_step(int folder, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    struct stat status;
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
    if ((flags & O_TMPFILE) == O_TMPFILE || !writes || !counts(absolute(folder, name, path)))
        return REAL(openat)(folder, name, flags, mode);
    int exists = fstatat(folder, name, &status, flags & O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0) == 0;
    if (exists && !(flags & O_TRUNC)) return REAL(openat)(folder, name, flags, mode);
    STEP(path, -1, REAL(openat)(folder, name, flags, mode),
         note(exists ? TRUNCATE : CREATE, inode_of(result), path, NULL, 0, NULL, 0));
}

static mode_t mode_of(int flags, va_list list) { return flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0; }

#define OPENING(name)                                  \
    int name(const char *path, int flags, ...) {       \
        va_list list;                                  \
        va_start(list, flags);                         \
        mode_t mode = mode_of(flags, list);            \
        va_end(list);                                  \
        return open_step(AT_FDCWD, path, flags, mode); \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                     \
    int name(int folder, const char *path, int flags, ...) { \
        va_list list;                                        \
        va_start(list, flags);                               \
        mode_t mode = mode_of(flags, list);                  \
        va_end(list);                                        \
        return open_step(folder, path, flags, mode);         \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

int creat(const char *path, mode_t mode) { return open_step(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

int mkdirat(int folder, const char *name, mode_t mode) {
    char path[PATH_MAX];
    struct stat status;
    STEP(absolute(folder, name, path), -1, REAL(mkdirat)(folder, name, mode),
         note(MAKE_FOLDER, lstat(path, &status) == 0 ? status.st_ino : 0, path, NULL, 0, NULL, 0));
}
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

char *mkdtemp(char *template) {
    char path[PATH_MAX];
    struct stat status;
    STEP(absolute(AT_FDCWD, template, path), NULL, REAL(mkdtemp)(template),
         note(MAKE_FOLDER, lstat(result, &status) == 0 ? status.st_ino : 0, absolute(AT_FDCWD, result, path), NULL, 0,
             NULL, 0));
}

int symlinkat(const char *meaning, int folder, const char *name) {
    char path[PATH_MAX];
    STEP(absolute(folder, name, path), -1, REAL(symlinkat)(meaning, folder, name),
        note(SYMLINK, 0, path, meaning, 0, NULL, 0));
}
int symlink(const char *meaning, const char *name) { return symlinkat(meaning, AT_FDCWD, name); }

/* ---- Contents ---- */

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    char path[PATH_MAX];
    STEP(path_of(file, path), -1, REAL(pwrite)(file, bytes, count, offset),
         note(WRITE, inode_of(file), path, NULL, (uint64_t)offset, bytes, (uint64_t)result));
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    return pwrite(file, bytes, count, offset);
}

ssize_t write(int file, const void *bytes, size_t count) {
    char path[PATH_MAX];
    off_t offset = counts(path_of(file, path)) ? lseek(file, 0, SEEK_CUR) : 0;
    STEP(path, -1, REAL(write)(file, bytes, count),
         note(WRITE, inode_of(file), path, NULL, (uint64_t)offset, bytes, (uint64_t)result));
}

/* What arrives in a file otherwise is read back from it: it is the same bytes. */
static void note_copied(int file, const char *path, off_t offset, ssize_t count) {
    uint8_t bytes[1 << 16];
    int reading = REAL(open)(path, O_RDONLY | O_CLOEXEC);
    for (ssize_t at = 0, got; at < count; at += got) {
        size_t wanted = (size_t)(count - at) < sizeof bytes ? (size_t)(count - at) : sizeof bytes;
        if ((got = pread(reading, bytes, wanted, offset + at)) <= 0) abort();
        note(WRITE, inode_of(file), path, NULL, (uint64_t)(offset + at), bytes, (uint64_t)got);
    }
    close(reading);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    char path[PATH_MAX];
    off_t offset = counts(path_of(file, path)) ? lseek(file, 0, SEEK_CUR) : 0;
    STEP(path, -1, REAL(writev)(file, parts, count), note_copied(file, path, offset, result));
}

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count, unsigned flags) {
    char path[PATH_MAX];
    off_t offset = !counts(path_of(to, path)) ? 0 : to_offset ? *to_offset : lseek(to, 0, SEEK_CUR);
    STEP(path, -1, REAL(copy_file_range)(from, from_offset, to, to_offset, count, flags),
        note_copied(to, path, offset, result));
}

ssize_t sendfile(int to, int from, off_t *from_offset, size_t count) {
    char path[PATH_MAX];
    off_t offset = counts(path_of(to, path)) ? lseek(to, 0, SEEK_CUR) : 0;
    STEP(path, -1, REAL(sendfile)(to, from, from_offset, count), note_copied(to, path, offset, result));
}

int ftruncate(int file, off_t size) {
    char path[PATH_MAX];
    STEP(path_of(file, path), -1, REAL(ftruncate)(file, size),
        note(TRUNCATE, inode_of(file), path, NULL, (uint64_t)size, NULL, 0));
}
int ftruncate64(int file, off64_t size) { return ftruncate(file, size); }

int fsync(int file) {
    char path[PATH_MAX];
    STEP(path_of(file, path), -1, REAL(fsync)(file), note(SYNC, inode_of(file), path, NULL, 0, NULL, 0));
}
int fdatasync(int file) {
    char path[PATH_MAX];
    STEP(path_of(file, path), -1, REAL(fdatasync)(file), note(SYNC, inode_of(file), path, NULL, 0, NULL, 0));
}

/* Writing through a mapping leaves no step to count: it is noted down, and whoever reads the trace can object. */
void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
    char path[PATH_MAX];
    void *result = REAL(mmap)(address, length, protection, flags, file, offset);
    if (result != MAP_FAILED && file >= 0 && (flags & MAP_SHARED) && (protection & PROT_WRITE)
        && counts(path_of(file, path))) {
        pthread_mutex_lock(&order);
        note(MAP, inode_of(file), path, NULL, (uint64_t)offset, NULL, 0);
        done();
    }
    return result;
}

/* ---- Names ---- */

int renameat2(int old_folder, const char *old, int new_folder, const char *new, unsigned flags) {
    char first[PATH_MAX], second[PATH_MAX];
    absolute(old_folder, old, first);
    absolute(new_folder, new, second);
    if (shim.plain && flags && counts(second)) return errno = EINVAL, -1;
    if (*shim.fixed && (strcmp(first, shim.fixed) == 0 || strcmp(second, shim.fixed) == 0)) return errno = EBUSY, -1;
    STEP(second, -1, REAL(renameat2)(old_folder, old, new_folder, new, flags),
         note(flags & RENAME_EXCHANGE ? EXCHANGE : RENAME, 0, first, second, 0, NULL, 0));
}
int renameat(int old_folder, const char *old, int new_folder, const char *new) {
    return renameat2(old_folder, old, new_folder, new, 0);
}
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

int linkat(int old_folder, const char *old, int new_folder, const char *new, int flags) {
    char first[PATH_MAX], second[PATH_MAX];
    struct stat status;
    absolute(old_folder, old, first);
    STEP(absolute(new_folder, new, second), -1, REAL(linkat)(old_folder, old, new_folder, new, flags),
         note(LINK, lstat(second, &status) == 0 ? status.st_ino : 0, first, second, 0, NULL, 0));
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

int unlinkat(int folder, const char *name, int flags) {
    char path[PATH_MAX];
    STEP(absolute(folder, name, path), -1, REAL(unlinkat)(folder, name, flags),
         note(flags & AT_REMOVEDIR ? REMOVE_FOLDER : UNLINK, 0, path, NULL, 0, NULL, 0));
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

/* ---- Attributes: they can fail, but no promise depends on the order in which they reach the disk ---- */

int fchmod(int file, mode_t mode) {
    char path[PATH_MAX];
    STEP(path_of(file, path), -1, REAL(fchmod)(file, mode), note(ATTRIBUTES, inode_of(file), path, NULL, 0, NULL, 0));
}
int fchown(int file, uid_t owner, gid_t group) {
    char path[PATH_MAX];
    STEP(path_of(file, path), -1, REAL(fchown)(file, owner, group),
        note(ATTRIBUTES, inode_of(file), path, NULL, 0, NULL, 0));
}
int fchmodat(int folder, const char *name, mode_t mode, int flags) {
    char path[PATH_MAX];
    STEP(absolute(folder, name, path), -1, REAL(fchmodat)(folder, name, mode, flags),
        note(ATTRIBUTES, 0, path, NULL, 0, NULL, 0));
}
int chmod(const char *name, mode_t mode) { return fchmodat(AT_FDCWD, name, mode, 0); }
int utimensat(int folder, const char *name, const struct timespec times[2], int flags) {
    char path[PATH_MAX];
    STEP(absolute(folder, name, path), -1, REAL(utimensat)(folder, name, times, flags),
        note(ATTRIBUTES, 0, path, NULL, 0, NULL, 0));
}
