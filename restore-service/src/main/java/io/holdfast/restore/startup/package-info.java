/** Checks when restore-service starts. */
@NullMarked
package io.holdfast.restore.startup;

import org.jspecify.annotations.NullMarked;
