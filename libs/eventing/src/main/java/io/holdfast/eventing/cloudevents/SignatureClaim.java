package io.holdfast.eventing.cloudevents;

import io.holdfast.access.signature.SignedContent;
import java.util.List;

/**
 * A signature that a record carries, not verified yet.
 *
 * @param content what it has to cover
 * @param headers the values of the header, in their order; at least one
 */
public record SignatureClaim(SignedContent content, List<byte[]> headers) {
    public SignatureClaim {
        headers = List.copyOf(headers);
    }
}
