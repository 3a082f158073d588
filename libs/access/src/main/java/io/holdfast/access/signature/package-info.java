/** Signatures of requests over Kafka: a detached JWS in a header of the record. Framework-free. */
@NullMarked
package io.holdfast.access.signature;

import org.jspecify.annotations.NullMarked;
