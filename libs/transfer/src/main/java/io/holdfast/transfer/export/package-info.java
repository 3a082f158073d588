/** Export of a backup as SQL. */
@NullMarked
package io.holdfast.transfer.export;

import org.jspecify.annotations.NullMarked;
