/** The whole of {@code holdfast.yaml}: its mapping, every mistake in it with its place, and references to secrets. */
@NullMarked
package io.holdfast.config;

import org.jspecify.annotations.NullMarked;
