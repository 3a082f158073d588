/** The platform on this machine: up and down. */
@NullMarked
package io.holdfast.cli.local;

import org.jspecify.annotations.NullMarked;
