/** Loading of a backup from the vault into a database. */
@NullMarked
package io.holdfast.transfer.load;

import org.jspecify.annotations.NullMarked;
