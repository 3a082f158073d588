/** The edge of the REST APIs: problems, pages, idempotency keys. */
@NullMarked
package io.holdfast.eventing.rest;

import org.jspecify.annotations.NullMarked;
