/** Requests to a monitor outside of the platform. */
@NullMarked
package io.holdfast.notifier.heartbeat;

import org.jspecify.annotations.NullMarked;
