@NullMarked
package io.holdfast.notifier.escalation;

import org.jspecify.annotations.NullMarked;
