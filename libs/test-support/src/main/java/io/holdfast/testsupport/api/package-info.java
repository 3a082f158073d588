/** Checks of a running service's OpenAPI document and metrics. */
@NullMarked
package io.holdfast.testsupport.api;

import org.jspecify.annotations.NullMarked;
