package io.holdfast.eventing.outbound;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The head of an answer, and the start of its body.
 *
 * @param retryAfter the header of this name
 * @param start completes with the first bytes of the body as text; exceptionally if the connection breaks
 */
public record OutboundAnswer(int status, Optional<String> retryAfter, CompletableFuture<String> start) {}
