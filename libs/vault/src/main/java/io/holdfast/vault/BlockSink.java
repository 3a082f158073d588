package io.holdfast.vault;

import java.io.IOException;

/** Takes plain bytes, block by block. The array must not be changed or kept. */
@FunctionalInterface
public interface BlockSink {
    void block(byte[] bytes, int offset, int length) throws IOException;
}
