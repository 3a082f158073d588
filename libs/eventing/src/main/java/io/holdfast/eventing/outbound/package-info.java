/** Requests to destinations that a configuration or a request names: checked addresses, no redirections. */
@NullMarked
package io.holdfast.eventing.outbound;

import org.jspecify.annotations.NullMarked;
