/**
 * Real Kafka, PostgreSQL and S3 on one machine without containers, a catcher for messages, and the services on top.
 *
 * <p>Two halves that meet in one line of text. What runs in the caller's JVM ({@link io.holdfast.devstack.DevStack},
 * {@link io.holdfast.devstack.DevStackResource}, {@link io.holdfast.devstack.ServicePlatform}) uses the JDK alone, so that
 * other modules take this one without its dependencies. The servers run in a JVM of their own
 * ({@link io.holdfast.devstack.DevStackMain}).
 */
@NullMarked
package io.holdfast.devstack;

import org.jspecify.annotations.NullMarked;
