package io.holdfast.vault;

public enum ChunkFault {
    MISSING,
    WRONG_SIZE,
    CORRUPT
}
