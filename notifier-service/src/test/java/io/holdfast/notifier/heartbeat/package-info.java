@NullMarked
package io.holdfast.notifier.heartbeat;

import org.jspecify.annotations.NullMarked;
