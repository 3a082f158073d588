/** The verifier as a whole, on real servers. */
@org.jspecify.annotations.NullMarked
package io.holdfast.verifier;
