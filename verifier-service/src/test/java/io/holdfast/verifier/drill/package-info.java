@NullMarked
package io.holdfast.verifier.drill;

import org.jspecify.annotations.NullMarked;
