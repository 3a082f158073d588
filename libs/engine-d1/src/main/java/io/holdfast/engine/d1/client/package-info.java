/** Requests to D1's REST API: paced, retried where that is safe, and every failure of a known kind. */
@NullMarked
package io.holdfast.engine.d1.client;

import org.jspecify.annotations.NullMarked;
