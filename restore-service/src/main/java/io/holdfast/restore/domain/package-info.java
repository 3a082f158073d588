/** The restore: its states, plan, steps, events and jobs. */
@NullMarked
package io.holdfast.restore.domain;

import org.jspecify.annotations.NullMarked;
