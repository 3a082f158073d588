package io.holdfast.devstack;

/**
 * How the catcher treats the next messages, for tests of retries.
 *
 * @param kind {@code slack}, {@code webhook}, {@code mail}, or {@code any}
 * @param status the HTTP status (or for mail: refused with a 4xx reply) of the next {@code times} messages
 * @param times how many are refused; negative for all until told otherwise
 * @param retryAfter seconds for a {@code Retry-After} header; 0 for none
 */
record CatcherBehaviour(String kind, int status, int times, int retryAfter) {

    boolean refuses(String what) {
        return times != 0 && (kind.equals("any") || kind.equals(what));
    }

    CatcherBehaviour once() {
        return times > 0 ? new CatcherBehaviour(kind, status, times - 1, retryAfter) : this;
    }
}
