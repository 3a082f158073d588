package io.holdfast.access.signature;

/** A signature that shows nothing. The message says which check failed and holds nothing of the signature. */
public final class InvalidSignatureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Check check;

    InvalidSignatureException(Check check) {
        super(check.message());
        this.check = check;
    }

    public Check check() {
        return check;
    }

    /** The checks, in the order in which they are made. */
    public enum Check {
        NUMBER("the record has more than one"),
        TIME("the request has no attribute time, or one that is not an RFC 3339 instant"),
        SIZE("it is longer than " + RequestSignature.MAX_BYTES + " bytes"),
        FORM("it is not a detached JWS in compact form: HEADER..SIGNATURE"),
        HEADER("its protected header must have alg and kid, may have typ, and nothing else"),
        ALGORITHM("its alg is not one of EdDSA, ES256, PS256 and RS256"),
        KEY_ID("its kid is not the id of a key under access.producers in holdfast.yaml; it is written PRODUCER/KEY"),
        KEY_TYPE("its alg does not fit the type of the producer's key"),
        SIGNATURE("it was not made with the producer's key over this id, source, type, time and body"),
        AGE("the request's time is older than access.request-max-age; sign it when it is sent"),
        FUTURE("the request's time is in the future; set the producer's clock");

        private final String message;

        Check(String message) {
            this.message = message;
        }

        /** What was wrong, after the name of the header. */
        public String message() {
            return message;
        }
    }
}
