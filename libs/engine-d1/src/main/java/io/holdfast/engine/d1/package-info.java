/**
 * Databases of Cloudflare D1 as sources: read over D1's REST API into a private SQLite file, which is backed up as any SQLite
 * file is. A backup of a D1 database is a backup of SQLite.
 */
@NullMarked
package io.holdfast.engine.d1;

import org.jspecify.annotations.NullMarked;
