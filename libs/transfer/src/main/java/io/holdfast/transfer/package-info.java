/** Where an engine and the vault meet: a snapshot becomes a backup, a backup becomes a database, the two are compared. */
@NullMarked
package io.holdfast.transfer;

import org.jspecify.annotations.NullMarked;
