/** Authentication and authorisation of REST requests, the same in every service, and its record. */
@NullMarked
package io.holdfast.eventing.access;

import org.jspecify.annotations.NullMarked;
