/** What people are told of an event, and who is told: pure rules, no I/O. */
@NullMarked
package io.holdfast.notifier.notice;

import org.jspecify.annotations.NullMarked;
