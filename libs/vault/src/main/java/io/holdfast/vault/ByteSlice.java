package io.holdfast.vault;

/** The first so many bytes of an array that {@link ChunkBufferPool} made, with its slack behind them. */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record ByteSlice(byte[] array, int length) {}
