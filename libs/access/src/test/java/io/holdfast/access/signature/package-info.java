@NullMarked
package io.holdfast.access.signature;

import org.jspecify.annotations.NullMarked;
