package io.holdfast.vault.format;

public enum ChunkFault {
    MISSING,
    WRONG_SIZE,
    CORRUPT
}
