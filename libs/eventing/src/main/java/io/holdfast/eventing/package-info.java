/** Inbox, outbox, dead letters: each message has its effect once, or its requester is told why not. */
@NullMarked
package io.holdfast.eventing;

import org.jspecify.annotations.NullMarked;
