#ifndef KUBELOG_CSQLITE3_SHIM_H
#define KUBELOG_CSQLITE3_SHIM_H

#include <sqlite3.h>

/* SQLITE_TRANSIENT is a cast expression, which Swift does not import. */
static inline sqlite3_destructor_type kl_sqlite_transient(void) { return SQLITE_TRANSIENT; }

/* sqlite3_config is variadic, which Swift does not import. Nobody asks how much memory SQLite uses: without the count
   every allocation costs a lock less. */
static inline int kl_sqlite_configure(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/* sqlite3_db_config is variadic, which Swift does not import. */
static inline int kl_sqlite_defend(sqlite3 *db) { return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0); }

#endif
