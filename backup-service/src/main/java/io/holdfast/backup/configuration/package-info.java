/** Publishes changes of {@code holdfast.yaml}: each once, whatever the number of replicas. */
@NullMarked
package io.holdfast.backup.configuration;

import org.jspecify.annotations.NullMarked;
