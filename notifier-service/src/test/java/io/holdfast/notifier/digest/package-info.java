@NullMarked
package io.holdfast.notifier.digest;

import org.jspecify.annotations.NullMarked;
