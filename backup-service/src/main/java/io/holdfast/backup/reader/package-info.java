/** Restores, verifications and exports that read a backup at the moment. */
@NullMarked
package io.holdfast.backup.reader;

import org.jspecify.annotations.NullMarked;
