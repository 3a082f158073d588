/** Tests that every engine must pass. */
@NullMarked
package io.holdfast.testsupport.engine;

import org.jspecify.annotations.NullMarked;
