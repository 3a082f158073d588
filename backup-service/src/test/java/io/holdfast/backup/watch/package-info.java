@NullMarked
package io.holdfast.backup.watch;

import org.jspecify.annotations.NullMarked;
