@NullMarked
package io.holdfast.eventing.authorization;

import org.jspecify.annotations.NullMarked;
