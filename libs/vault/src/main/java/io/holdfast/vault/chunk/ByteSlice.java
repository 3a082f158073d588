package io.holdfast.vault.chunk;

/** The first so many bytes of an array that {@link ChunkBufferPool} made, with its slack behind them. */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record ByteSlice(byte[] array, int length) {}
