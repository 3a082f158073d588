/** The port to providers of servers that make databases of an earlier instant. */
@NullMarked
package io.holdfast.engine.pointintime;

import org.jspecify.annotations.NullMarked;
