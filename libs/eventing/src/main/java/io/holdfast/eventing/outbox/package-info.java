/** Events that commit with their cause and are sent in order afterwards. */
@NullMarked
package io.holdfast.eventing.outbox;

import org.jspecify.annotations.NullMarked;
