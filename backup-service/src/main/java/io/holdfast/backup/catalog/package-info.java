/** The backups that were asked for and what became of them. An index: the vault is the truth. */
@NullMarked
package io.holdfast.backup.catalog;

import org.jspecify.annotations.NullMarked;
