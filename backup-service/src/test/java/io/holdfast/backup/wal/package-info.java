@NullMarked
package io.holdfast.backup.wal;

import org.jspecify.annotations.NullMarked;
