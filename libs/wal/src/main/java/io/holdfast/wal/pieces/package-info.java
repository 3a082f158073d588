/** Base backups in the vault: an archive is cut into pieces, and pieces that an earlier base backup has are not stored again. */
@NullMarked
package io.holdfast.wal.pieces;

import org.jspecify.annotations.NullMarked;
