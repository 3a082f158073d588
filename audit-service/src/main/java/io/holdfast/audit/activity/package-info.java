/** The activity log: everything that was said on the bus, each once, for good. */
@NullMarked
package io.holdfast.audit.activity;

import org.jspecify.annotations.NullMarked;
