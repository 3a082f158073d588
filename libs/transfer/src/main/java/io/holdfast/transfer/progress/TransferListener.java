package io.holdfast.transfer.progress;

/** Hears how far a transfer is. Called from many threads; must be quick and must not throw. */
@FunctionalInterface
public interface TransferListener {
    TransferListener NONE = (phase, doneBytes, totalBytes, doneRows) -> {};

    /** @param totalBytes an estimate; 0 if there is none */
    void at(Phase phase, long doneBytes, long totalBytes, long doneRows);

    /** What a transfer is doing. */
    enum Phase {
        READING,
        CHECKING,
        LOADING,
        INDEXING,
        COMPARING
    }
}
