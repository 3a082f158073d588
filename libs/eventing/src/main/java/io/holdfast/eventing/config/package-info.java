/** {@code holdfast.yaml} in a running service: loaded at start, taken over when the file changes, refused if it has errors. */
@NullMarked
package io.holdfast.eventing.config;

import org.jspecify.annotations.NullMarked;
