@NullMarked
package io.holdfast.config.schedule;

import org.jspecify.annotations.NullMarked;
