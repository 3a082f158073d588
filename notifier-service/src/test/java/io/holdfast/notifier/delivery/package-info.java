@NullMarked
package io.holdfast.notifier.delivery;

import org.jspecify.annotations.NullMarked;
