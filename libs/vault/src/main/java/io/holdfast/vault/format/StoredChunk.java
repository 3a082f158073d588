package io.holdfast.vault.format;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A chunk as it lies in the store.
 *
 * @param bytes plain size
 * @param stored size of the object, compressed and encrypted
 * @param generation which writing of it, drawn at random: no key is ever used twice. 0 for those of early versions
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"id", "bytes", "stored", "generation"})
public record StoredChunk(ChunkId id, int bytes, int stored, int generation) {}
