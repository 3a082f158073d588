/** The endpoints /api/admin/backup and /api/cron/backup, for scripts that know one database. */
@NullMarked
package io.holdfast.backup.adminapi;

import org.jspecify.annotations.NullMarked;
