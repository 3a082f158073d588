@NullMarked
package io.holdfast.wal;

import org.jspecify.annotations.NullMarked;
