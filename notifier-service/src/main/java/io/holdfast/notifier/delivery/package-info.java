/** Each message to each channel: kept, sent by a leased job, told about. */
@NullMarked
package io.holdfast.notifier.delivery;

import org.jspecify.annotations.NullMarked;
