@NullMarked
package io.holdfast.notifier.alert;

import org.jspecify.annotations.NullMarked;
