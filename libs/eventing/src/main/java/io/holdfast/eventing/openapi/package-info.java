/** The OpenAPI documents of the services. */
@NullMarked
package io.holdfast.eventing.openapi;

import org.jspecify.annotations.NullMarked;
