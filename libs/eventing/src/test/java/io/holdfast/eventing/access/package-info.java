@NullMarked
package io.holdfast.eventing.access;

import org.jspecify.annotations.NullMarked;
