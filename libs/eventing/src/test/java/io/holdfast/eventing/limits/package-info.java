@NullMarked
package io.holdfast.eventing.limits;

import org.jspecify.annotations.NullMarked;
