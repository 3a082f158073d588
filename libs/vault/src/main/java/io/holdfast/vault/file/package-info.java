/** Files that are stored whole, such as WAL segments. */
@NullMarked
package io.holdfast.vault.file;

import org.jspecify.annotations.NullMarked;
