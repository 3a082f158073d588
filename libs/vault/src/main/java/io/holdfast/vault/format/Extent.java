package io.holdfast.vault.format;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A slice of a chunk's plain bytes. A table's data is a list of extents, read in order.
 *
 * @param offset first byte
 * @param length bytes
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"chunk", "offset", "length"})
public record Extent(ChunkId chunk, int offset, int length) {
    public Extent {
        if (offset < 0 || length <= 0 || offset > Integer.MAX_VALUE - length) {
            throw new IllegalArgumentException(
                    "extent " + offset + "+" + length + " of chunk " + chunk + " is impossible");
        }
    }
}
