/* Stands between a program and its files below one folder (LD_PRELOAD): counts what changes them, lets one such call fail or
 * kills the process there, and writes down all of them, from which what a disk may hold after a loss of power can be made.
 *
 *   LOST_FOLDER  the folder, an absolute path without links
 *   LOST_AT      the number of the call, from 1, that LOST_HOW happens to
 *   LOST_HOW     EIO, ENOSPC: it fails so; with + behind it, all after it as well
 *                short: a write takes half of what it was given
 *                before, middle, after: the process kills itself (SIGKILL) there; middle with half of a write done
 *   LOST_TRACE   the file that all calls are written to: a line `OP INODE OFFSET LENGTH FRAMES PATH`, then LENGTH bytes of
 *                data and a line feed. OP: C a file was made, D a folder, W written, T cut or grown to OFFSET, S synced, U
 *                removed, R renamed, L linked (data is the new path), F what was asked for happened to the next call. FRAMES is how
 *                many frames of the log readers were shown when the call was made (SQLite's walformat, mxFrame); -1
 *                where there is no log.
 *
 * For tests only. Linux.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static const char *folder, *how;
static long at, calls;
static int trace = -1, isReady;
/* The first page of the log's index, as readers see it. */
static volatile const uint32_t *logIndex;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void prepare(void) {
  if (isReady) return;
  isReady = 1;
  folder = getenv("LOST_FOLDER");
  how = getenv("LOST_HOW");
  at = getenv("LOST_AT") ? atol(getenv("LOST_AT")) : 0;
  const char *path = getenv("LOST_TRACE");
  if (path) trace = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int isBelow(const char *path) {
  size_t length = folder ? strlen(folder) : 0;
  return length && strncmp(path, folder, length) == 0 && (path[length] == '/' || !path[length]);
}

/* The path as it stands from the root on, though the file itself need not be there. */
static int resolve(const char *path, char *out) {
  char copy[4096];
  snprintf(copy, sizeof copy, "%s", path);
  char *slash = strrchr(copy, '/');
  const char *name = slash ? slash + 1 : copy;
  char base[4096];
  if (slash) *slash = 0;
  if (!realpath(slash ? (*copy ? copy : "/") : ".", base)) return 0;
  snprintf(out, 4096, "%s/%s", base, name);
  return isBelow(out);
}

static int pathOf(int file, char *out) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, out, 4095);
  if (length < 0) return 0;
  out[length] = 0;
  return isBelow(out);
}

static long inode(int file, const char *path) {
  struct stat status;
  return (path ? lstat(path, &status) : fstat(file, &status)) ? 0 : (long)status.st_ino;
}

static void note(char op, long node, long offset, const void *data, size_t length, const char *path) {
  if (trace < 0) return;
  int saved = errno;
  char head[4300];
  long frames = logIndex ? (long)logIndex[4] : -1;
  int count = snprintf(head, sizeof head, "%c %ld %ld %zu %ld %s\n", op, node, offset, length, frames, path);
  __typeof__(&write) put = REAL(write);
  if (put(trace, head, count) != count || (length && put(trace, data, length) != (ssize_t)length) ||
      (length && put(trace, "\n", 1) != 1))
    abort();
  errno = saved;
}

enum { GO, FAIL, SHORT, MIDDLE, AFTER };

/* What happens to the call that comes now. */
static int next(const char *path) {
  calls++;
  if (!how || !at) return GO;
  int isLasting = strchr(how, '+') != 0;
  if (calls != at && !(isLasting && calls > at)) return GO;
  note('F', calls, 0, 0, 0, path);
  if (!strncmp(how, "EIO", 3)) { errno = EIO; return FAIL; }
  if (!strncmp(how, "ENOSPC", 6)) { errno = ENOSPC; return FAIL; }
  if (!strcmp(how, "short")) return SHORT;
  if (!strcmp(how, "middle")) return MIDDLE;
  if (!strcmp(how, "after")) return AFTER;
  kill(getpid(), SIGKILL);
  return GO;
}

static void end(int what) {
  if (what >= MIDDLE) kill(getpid(), SIGKILL);
}

#define GUARD(isOurs, rest) \
  pthread_mutex_lock(&mutex); prepare(); \
  if (!(isOurs)) { pthread_mutex_unlock(&mutex); return rest; }
#define LEAVE(result) do { int saved = errno; pthread_mutex_unlock(&mutex); errno = saved; return result; } while (0)

/* ---- Files */

static int opened(int (*real)(const char *, int, ...), const char *name, int flags, mode_t mode) {
  char path[4096];
  GUARD((flags & (O_CREAT | O_TRUNC)) && resolve(name, path), real(name, flags, mode));
  int isThere = access(path, F_OK) == 0;
  if (isThere && !(flags & O_TRUNC)) LEAVE(real(name, flags, mode));
  int what = next(path);
  if (what == FAIL) LEAVE(-1);
  int file = real(name, flags, mode);
  if (file >= 0) note(isThere ? 'T' : 'C', inode(file, 0), 0, 0, 0, path);
  end(what);
  LEAVE(file);
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list list; va_start(list, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
    va_end(list); \
    return opened(REAL(name), path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

static ssize_t written(int file, const void *data, size_t length, off_t offset, int isAt) {
  char path[4096];
  __typeof__(&pwrite) put = REAL(pwrite);
  __typeof__(&write) append = REAL(write);
  GUARD(pathOf(file, path), isAt ? put(file, data, length, offset) : append(file, data, length));
  int what = next(path);
  if (what == FAIL) LEAVE(-1);
  if ((what == SHORT || what == MIDDLE) && length > 1) length /= 2;
  off_t place = isAt ? offset : lseek(file, 0, SEEK_CUR);
  ssize_t count = isAt ? put(file, data, length, offset) : append(file, data, length);
  if (count > 0) note('W', inode(file, 0), place, data, count, path);
  end(what);
  LEAVE(count);
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) { return written(file, data, length, offset, 1); }
ssize_t pwrite64(int file, const void *data, size_t length, off_t offset) { return written(file, data, length, offset, 1); }
ssize_t write(int file, const void *data, size_t length) { return written(file, data, length, 0, 0); }

static int cut(int (*real)(int, off_t), int file, off_t size) {
  char path[4096];
  GUARD(pathOf(file, path), real(file, size));
  int what = next(path);
  if (what == FAIL) LEAVE(-1);
  int status = real(file, size);
  if (!status) note('T', inode(file, 0), size, 0, 0, path);
  end(what);
  LEAVE(status);
}

int ftruncate(int file, off_t size) { return cut(REAL(ftruncate), file, size); }
int ftruncate64(int file, off_t size) { return cut(REAL(ftruncate64), file, size); }

static int synced(int (*real)(int), int file) {
  char path[4096];
  GUARD(pathOf(file, path), real(file));
  int what = next(path);
  if (what == FAIL) LEAVE(-1);
  /* What a loss of power leaves is made from the trace: the real disk need not be waited for. */
  int status = trace >= 0 ? 0 : real(file);
  if (!status) note('S', inode(file, 0), 0, 0, 0, path);
  end(what);
  LEAVE(status);
}

int fsync(int file) { return synced(REAL(fsync), file); }
int fdatasync(int file) { return synced(REAL(fdatasync), file); }

/* ---- Names */

int unlink(const char *name) {
  char path[4096];
  GUARD(resolve(name, path) && access(path, F_OK) == 0, REAL(unlink)(name));
  int what = next(path);
  if (what == FAIL) LEAVE(-1);
  long node = inode(-1, path);
  int status = REAL(unlink)(name);
  if (!status) note('U', node, 0, 0, 0, path);
  end(what);
  LEAVE(status);
}

static int moved(char op, int (*real)(const char *, const char *), const char *from, const char *to) {
  char old[4096], new[4096];
  GUARD(resolve(from, old) && resolve(to, new), real(from, to));
  int what = next(old);
  if (what == FAIL) LEAVE(-1);
  int status = real(from, to);
  if (!status) note(op, inode(-1, new), 0, new, strlen(new), old);
  end(what);
  LEAVE(status);
}

int rename(const char *from, const char *to) { return moved('R', REAL(rename), from, to); }
int link(const char *from, const char *to) { return moved('L', REAL(link), from, to); }

int mkdir(const char *name, mode_t mode) {
  char path[4096];
  GUARD(resolve(name, path), REAL(mkdir)(name, mode));
  int what = next(path);
  if (what == FAIL) LEAVE(-1);
  int status = REAL(mkdir)(name, mode);
  if (!status) note('D', inode(-1, path), 0, 0, 0, path);
  end(what);
  LEAVE(status);
}

/* ---- The log's index */

static void *mapped(void *(*real)(void *, size_t, int, int, int, off_t), void *place, size_t length, int rights, int flags,
                    int file, off_t offset) {
  void *start = real(place, length, rights, flags, file, offset);
  char path[4096];
  if (start != MAP_FAILED && file >= 0 && (flags & MAP_SHARED) && !offset && pathOf(file, path)) {
    size_t end = strlen(path);
    if (end > 4 && !strcmp(path + end - 4, "-shm")) logIndex = start;
  }
  return start;
}

void *mmap(void *place, size_t length, int rights, int flags, int file, off_t offset) {
  return mapped(REAL(mmap), place, length, rights, flags, file, offset);
}
void *mmap64(void *place, size_t length, int rights, int flags, int file, off_t offset) {
  return mapped(REAL(mmap64), place, length, rights, flags, file, offset);
}

int munmap(void *place, size_t length) {
  if (place == (void *)logIndex) logIndex = 0;
  return REAL(munmap)(place, length);
}
