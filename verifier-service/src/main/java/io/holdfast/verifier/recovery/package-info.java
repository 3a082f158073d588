/** Proves that base backups and archived WAL recover a server. */
@NullMarked
package io.holdfast.verifier.recovery;

import org.jspecify.annotations.NullMarked;
