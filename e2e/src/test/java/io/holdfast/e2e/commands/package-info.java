/** The entry script and its commands, typed as README.md and the guide print them. */
@NullMarked
package io.holdfast.e2e.commands;

import org.jspecify.annotations.NullMarked;
