package io.holdfast.vault.check;

/** Hears how far something is, in bytes as stored; called from any thread, must be quick and must not throw. */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener NONE = (done, total) -> {};

    void at(long done, long total);
}
