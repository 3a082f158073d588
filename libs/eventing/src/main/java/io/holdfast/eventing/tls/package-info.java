/** TLS of the REST API, from {@code tls} of {@code holdfast.yaml} to the settings of the HTTP server. */
@NullMarked
package io.holdfast.eventing.tls;

import org.jspecify.annotations.NullMarked;
