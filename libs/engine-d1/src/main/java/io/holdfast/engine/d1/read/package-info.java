/** All rows of a D1 database, exactly, page by page, and of one instant. */
@NullMarked
package io.holdfast.engine.d1.read;

import org.jspecify.annotations.NullMarked;
