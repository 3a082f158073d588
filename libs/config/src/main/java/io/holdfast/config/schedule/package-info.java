/** Rules of schedules: the fire times that are due. */
@NullMarked
package io.holdfast.config.schedule;

import org.jspecify.annotations.NullMarked;
