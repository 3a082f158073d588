/** The whole story on one machine, each step with its own proof. */
@NullMarked
package io.holdfast.cli.demo;

import org.jspecify.annotations.NullMarked;
