/** Helpers of the engines that know no database. */
@NullMarked
package io.holdfast.engine.support;

import org.jspecify.annotations.NullMarked;
