@NullMarked
package io.holdfast.eventing;

import org.jspecify.annotations.NullMarked;
