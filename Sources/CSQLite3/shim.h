#ifndef KUBELOG_CSQLITE3_SHIM_H
#define KUBELOG_CSQLITE3_SHIM_H

#include <sqlite3.h>
#include <sys/vfs.h>

/* SQLITE_TRANSIENT is a cast expression, which Swift does not import. */
static inline sqlite3_destructor_type kl_sqlite_transient(void) { return SQLITE_TRANSIENT; }

/* sqlite3_config is variadic, which Swift does not import. Nobody asks how much memory SQLite uses: without the count
   every allocation costs a lock less. What SQLite logs goes to log. */
static inline int kl_sqlite_configure(void (*log)(void *, int, const char *)) {
  int status = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  return status ? status : sqlite3_config(SQLITE_CONFIG_LOG, log, (void *)0);
}

/* sqlite3_db_config is variadic, which Swift does not import. */
static inline int kl_sqlite_defend(sqlite3 *db) { return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0); }

/* Whether a connection for reading failed with a file of its own: there is no folder for it, or it could not grow. Swift does
   not import macros that compute. */
static inline int kl_sqlite_is_of_temporary_file(int status) {
  return status == SQLITE_IOERR_GETTEMPPATH || status == SQLITE_IOERR_WRITE;
}

/* statfs(2) is not in what Swift imports of glibc. The number of the file system at a path; 0 where the system does not say. */
static inline unsigned kl_file_system(const char *path) {
  struct statfs system;
  return statfs(path, &system) == 0 ? (unsigned)system.f_type : 0;
}

#endif
