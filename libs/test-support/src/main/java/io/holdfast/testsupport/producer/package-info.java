/** A producer whose requests over Kafka are signed. */
@NullMarked
package io.holdfast.testsupport.producer;

import org.jspecify.annotations.NullMarked;
