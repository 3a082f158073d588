@NullMarked
package io.holdfast.backup.schedule;

import org.jspecify.annotations.NullMarked;
