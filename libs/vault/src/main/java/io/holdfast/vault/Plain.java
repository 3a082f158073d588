package io.holdfast.vault;

/** The first so many bytes of an array that {@link ChunkArrays} made, with its slack behind them. */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Plain(byte[] array, int length) {}
