package io.holdfast.config;

/** What a query has to answer: one value, compared as the database writes it in text. */
public record ExpectedValue(String text) {
    @Override
    public String toString() {
        return text;
    }
}
