/** Progress of running jobs as events. */
@NullMarked
package io.holdfast.eventing.progress;

import org.jspecify.annotations.NullMarked;
