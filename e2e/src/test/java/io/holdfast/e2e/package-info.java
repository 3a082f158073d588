/** The platform as its users run it: services as processes, real Kafka, PostgreSQL, S3, Slack's protocol and SMTP. */
@NullMarked
package io.holdfast.e2e;

import org.jspecify.annotations.NullMarked;
