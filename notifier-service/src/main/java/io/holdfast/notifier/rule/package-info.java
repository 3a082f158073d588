/** The rules of alerts: what is wrong, how bad it is, and what to do. */
@NullMarked
package io.holdfast.notifier.rule;

import org.jspecify.annotations.NullMarked;
