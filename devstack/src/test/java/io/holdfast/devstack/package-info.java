@NullMarked
package io.holdfast.devstack;

import org.jspecify.annotations.NullMarked;
