@NullMarked
package io.holdfast.transfer;

import org.jspecify.annotations.NullMarked;
