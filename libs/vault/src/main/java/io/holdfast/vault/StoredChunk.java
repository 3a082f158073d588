package io.holdfast.vault;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A chunk as it lies in the store.
 *
 * @param bytes plain size
 * @param stored size of the object, compressed and encrypted
 * @param generation 0 for the first writing; a chunk that cannot be vouched for is written anew as the next one
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"id", "bytes", "stored", "generation"})
public record StoredChunk(ChunkId id, int bytes, int stored, int generation) {}
