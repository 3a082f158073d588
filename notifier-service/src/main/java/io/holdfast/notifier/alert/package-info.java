/** Alerts: their state, their messages, acknowledgements and silences. */
@NullMarked
package io.holdfast.notifier.alert;

import org.jspecify.annotations.NullMarked;
