/** Verifications: of which backup, how deep, and what came of them. */
@NullMarked
package io.holdfast.verifier.verification;

import org.jspecify.annotations.NullMarked;
