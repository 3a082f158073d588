/** Escalation of alerts that last, and links that acknowledge them. */
@NullMarked
package io.holdfast.notifier.escalation;

import org.jspecify.annotations.NullMarked;
