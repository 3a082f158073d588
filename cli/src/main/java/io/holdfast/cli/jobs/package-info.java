/** Waiting for work that takes long, and showing how far it is. */
@NullMarked
package io.holdfast.cli.jobs;

import org.jspecify.annotations.NullMarked;
