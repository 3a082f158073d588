package io.holdfast.cli.rest;

import org.jspecify.annotations.Nullable;

/** Why something failed; the code is text, so that newer services may have more of them. */
public record Reason(
        @Nullable String code, String message, @Nullable String object) {

    static String of(@Nullable Reason reason) {
        return reason == null ? "no reason was given" : reason.message();
    }
}
