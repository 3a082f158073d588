package io.holdfast.notifier.channel;

import io.holdfast.config.SecretRef;
import java.net.URI;

/** A webhook's URL, which is a secret. */
final class SecretUrl {
    /** Its message holds neither the URL nor a part of it. */
    static final class NotAnUrlException extends Exception {
        private static final long serialVersionUID = 1L;

        NotAnUrlException(String message) {
            super(message);
        }
    }

    private SecretUrl() {}

    /**
     * Reads the secret anew.
     *
     * @throws NotAnUrlException if it is not an http or https URL with a host
     * @throws io.holdfast.config.SecretUnavailableException if there is none; a file may still be mounted
     */
    static URI of(SecretRef secret) throws NotAnUrlException {
        URI url;
        try {
            url = URI.create(secret.resolve().reveal().strip());
        } catch (IllegalArgumentException e) {
            throw new NotAnUrlException("the webhook is not a URL"); // the exception's message holds it
        }
        boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!web || url.getHost() == null) {
            throw new NotAnUrlException("the webhook is not an http or https URL");
        }
        return url;
    }
}
