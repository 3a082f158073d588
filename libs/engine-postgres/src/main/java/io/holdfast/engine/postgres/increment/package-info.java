/** Which blocks have changed since an earlier backup, by the WAL summaries of servers from PostgreSQL 17 on. */
@NullMarked
package io.holdfast.engine.postgres.increment;

import org.jspecify.annotations.NullMarked;
